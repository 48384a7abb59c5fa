import { verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallbackRefused, verifyCallback } from '../../src/client/client.js';
import { createSigningSecret, sign } from '../../src/outbound/signature.js';
import {
  createSigningKeyPair,
  parseSigningPrivateKey,
  parseSigningPublicKey,
  publicKeyText,
  signV1a,
} from '../../src/outbound/signature-v1a.js';

const pair = createSigningKeyPair();
const timestamp = Math.floor(Date.UTC(2026, 0, 1) / 1000);
const message = { id: 'ms-1', timestamp, body: '{"text":"Grüße","to":"user-1"}' };
const base64 = (bytes: Buffer): string => bytes.toString('base64');

function headers(signature: string, changes: Record<string, string> = {}): Record<string, string> {
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
    ...changes,
  };
}

const verdict = (signature: string, keys: string | string[] = pair.publicKey, body: string | Buffer = message.body) =>
  verifyCallback(headers(signature), body, keys, { now: timestamp * 1000 });

describe('a pair of keys', () => {
  it('is new each time, and each half is read as it was written', () => {
    expect(createSigningKeyPair().privateKey).not.toBe(pair.privateKey);
    expect(pair.privateKey).toMatch(/^whsk_[A-Za-z0-9+/]{43}=$/);
    expect(pair.publicKey).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const privateKey = parseSigningPrivateKey(pair.privateKey);
    expect(privateKey.asymmetricKeyType).toBe('ed25519');
    expect(publicKeyText(privateKey)).toBe(pair.publicKey);
    expect(publicKeyText(parseSigningPublicKey(pair.publicKey))).toBe(pair.publicKey);
  });

  it('is the one of RFC 8032 §7.1 for its seeds', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const known = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
    expect(publicKeyText(parseSigningPrivateKey(`whsk_${base64(seed)}`))).toBe(`whpk_${base64(known)}`);
    // Other senders write the public key behind the seed.
    const both = parseSigningPrivateKey(`whsk_${base64(Buffer.concat([seed, known]))}`);
    expect(publicKeyText(both)).toBe(`whpk_${base64(known)}`);
  });

  it.each([
    ['nothing', ''],
    ['the prefix alone', 'whsk_'],
    ['a public key', pair.publicKey],
    ['a secret of the symmetric scheme', createSigningSecret()],
    ['no prefix', pair.privateKey.slice(5)],
    ['a byte less', `whsk_${base64(Buffer.alloc(31))}`],
    ['a byte more', `whsk_${base64(Buffer.alloc(33))}`],
    ['the public key of another', `whsk_${base64(Buffer.alloc(64))}`],
    ['what is no base64', `whsk_${'!'.repeat(44)}`],
  ])('is not made of %s, which is not repeated', (_what, text) => {
    expect(() => parseSigningPrivateKey(text)).toThrow('32 bytes in base64');
    if (text.length > 5) expect(() => parseSigningPrivateKey(text)).not.toThrow(text);
    if (text !== pair.publicKey) expect(() => parseSigningPublicKey(text)).toThrow('32 bytes in base64');
  });
});

describe('an asymmetric signature', () => {
  it('is ed25519 over id, timestamp and body', () => {
    const [, signature = ''] = signV1a(message, [pair.privateKey]).split(',');
    const text = Buffer.from(`ms-1.${timestamp}.${message.body}`);
    expect(verify(null, text, parseSigningPublicKey(pair.publicKey), Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('is taken by the client, with one of several keys and one of several signatures', () => {
    const other = createSigningKeyPair();
    const secret = createSigningSecret();
    const both = `${sign({ ...message, secrets: [secret] })} ${signV1a(message, [pair.privateKey, other.privateKey])}`;
    expect(both).toMatch(/^v1,\S{44} v1a,\S{88} v1a,\S{88}$/);
    for (const keys of [pair.publicKey, other.publicKey, secret, [createSigningKeyPair().publicKey, other.publicKey]]) {
      expect(verdict(both, keys).to).toBe('user-1');
      expect(verdict(both.replaceAll(' ', ', '), keys).to).toBe('user-1'); // how Node joins repeated headers
    }
    expect(verdict(signV1a({ ...message, body: Buffer.from(message.body) }, [pair.privateKey])).to).toBe('user-1');
  });

  it('is not taken for one of the other scheme', () => {
    const signature = signV1a(message, [pair.privateKey]);
    const secret = `whsec_${pair.publicKey.slice(5)}`; // what everybody knows signs nothing
    const forged = sign({ ...message, secrets: [secret] });
    for (const [text, keys] of [
      [signature.replace('v1a,', 'v1,'), pair.publicKey],
      [signature, createSigningSecret()],
      [forged, pair.publicKey],
      [forged.replace('v1,', 'v1a,'), pair.publicKey],
      [signV1a(message, [createSigningKeyPair().privateKey]), pair.publicKey],
      [signature, []],
    ] as const) {
      expect(() => verdict(text, [...[keys].flat()])).toThrow(CallbackRefused);
    }
  });

  it('is never compared with a private key, nor with half a public one', () => {
    const signature = signV1a(message, [pair.privateKey]);
    for (const key of [pair.privateKey, 'whpk_', `whpk_${base64(Buffer.alloc(31))}`]) {
      expect(() => verdict(signature, key)).toThrow(TypeError);
    }
  });

  it('is taken for any message, and for none that differs', () => {
    const privateKey = parseSigningPrivateKey(pair.privateKey);
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, flip) => {
        const body = Buffer.concat([
          Buffer.from('{"text":"'),
          Buffer.from(Buffer.from(bytes).toString('hex')),
          Buffer.from('"}'),
        ]);
        const signature = signV1a({ ...message, body }, [privateKey]);
        expect(verdict(signature, pair.publicKey, body).messages.length).toBeLessThanOrEqual(1);
        const other = Buffer.from(body);
        other.writeUInt8(other.readUInt8(place % other.length) ^ flip, place % other.length);
        expect(() => verdict(signature, pair.publicKey, other)).toThrow(CallbackRefused);
      }),
    );
  });

  it('that anybody made up is refused without another exception', () => {
    const made = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String().map((text) => `v1a,${text}`),
      fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => `v1a,${base64(Buffer.from(bytes))}`),
    );
    fc.assert(
      fc.property(fc.array(made, { minLength: 1 }), (entries) => {
        expect(() => verdict(entries.join(' '))).toThrow(CallbackRefused);
      }),
    );
  });
});
