/** JavaScript that sets `__hash`: `koreUtil.hash('sha256').update(text).digest('hex')`, as bots know it, with SHA-256 and SHA-1. */
export const HASH_LIBRARY = String.raw`(function (global) {
  'use strict';
  function bytesOf(text) {
    return unescape(encodeURIComponent(String(text).toWellFormed ? String(text).toWellFormed() : text)).split('').map(function (char) { return char.charCodeAt(0); });
  }
  function right(word, by) { return (word >>> by) | (word << (32 - by)); }
  function blocksOf(bytes) {
    var padded = bytes.concat([128]);
    while (padded.length % 64 !== 56) padded.push(0);
    var bits = bytes.length * 8;
    [Math.floor(bits / 4294967296), bits >>> 0].forEach(function (word) {
      padded.push(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);
    });
    var words = [];
    for (var at = 0; at < padded.length; at += 4)
      words.push((padded[at] << 24) | (padded[at + 1] << 16) | (padded[at + 2] << 8) | padded[at + 3]);
    return words;
  }
  function roots() {
    var constants = [], initial = [];
    for (var number = 2; constants.length < 64; number += 1) {
      var isPrime = true;
      for (var factor = 2; factor * factor <= number; factor += 1) if (number % factor === 0) isPrime = false;
      if (!isPrime) continue;
      if (initial.length < 8) initial.push((Math.pow(number, 1 / 2) % 1) * 4294967296 | 0);
      constants.push((Math.pow(number, 1 / 3) % 1) * 4294967296 | 0);
    }
    return { constants: constants, initial: initial };
  }
  function sha256(words) {
    var known = roots(), h = known.initial.slice();
    for (var start = 0; start < words.length; start += 16) {
      var w = words.slice(start, start + 16), s = h.slice();
      for (var i = 0; i < 64; i += 1) {
        if (i >= 16) {
          var x = w[i - 15], y = w[i - 2];
          w[i] = (w[i - 16] + (right(x, 7) ^ right(x, 18) ^ (x >>> 3)) + w[i - 7] + (right(y, 17) ^ right(y, 19) ^ (y >>> 10))) | 0;
        }
        var t1 = (s[7] + (right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + known.constants[i] + w[i]) | 0;
        var t2 = ((right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]))) | 0;
        s = [(t1 + t2) | 0, s[0], s[1], s[2], (s[3] + t1) | 0, s[4], s[5], s[6]];
      }
      h = h.map(function (word, at) { return (word + s[at]) | 0; });
    }
    return h;
  }
  function sha1(words) {
    var h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0].map(function (word) { return word | 0; });
    for (var start = 0; start < words.length; start += 16) {
      var w = words.slice(start, start + 16), s = h.slice();
      for (var i = 0; i < 80; i += 1) {
        if (i >= 16) w[i] = right(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 31);
        var f = i < 20 ? ((s[1] & s[2]) | (~s[1] & s[3])) + 0x5a827999 : i < 40 ? (s[1] ^ s[2] ^ s[3]) + 0x6ed9eba1
          : i < 60 ? ((s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3])) + 0x8f1bbcdc : (s[1] ^ s[2] ^ s[3]) + 0xca62c1d6;
        s = [(right(s[0], 27) + f + s[4] + w[i]) | 0, s[0], right(s[1], 2), s[2], s[3]];
      }
      h = h.map(function (word, at) { return (word + s[at]) | 0; });
    }
    return h;
  }
  function inHex(words) {
    return words.map(function (word) { return (word >>> 0).toString(16).padStart(8, '0'); }).join('');
  }
  function inBase64(words) {
    var letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', hex = inHex(words), result = '';
    for (var at = 0; at < hex.length; at += 6) {
      var part = hex.slice(at, at + 6), value = parseInt(part.padEnd(6, '0'), 16);
      for (var i = 0; i < 4; i += 1) result += i < (part.length / 2) + 1 ? letters[(value >>> (18 - i * 6)) & 63] : '=';
    }
    return result;
  }
  function write(words, encoding) {
    if (encoding === 'hex') return inHex(words);
    if (encoding === 'base64') return inBase64(words);
    if (encoding === 'base64url') return inBase64(words).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
    throw new Error('A digest is written as hex, base64 or base64url, not as "' + encoding + '".');
  }
  global.__hash = function hash(algorithm) {
    var name = String(algorithm).toLowerCase().replace(/-/g, '');
    var digestOf = name === 'sha256' ? sha256 : name === 'sha1' ? sha1 : null;
    if (!digestOf) throw new Error('koreUtil.hash knows sha256 and sha1, not "' + algorithm + '".');
    var bytes = [];
    return {
      update: function (text) { bytes = bytes.concat(bytesOf(text)); return this; },
      digest: function (encoding) {
        var words = digestOf(blocksOf(bytes));
        return encoding === undefined ? { toString: function (as) { return write(words, as || 'hex'); } } : write(words, encoding);
      },
    };
  };
})(globalThis)`;
