import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText, unescapeHtml } from '../../src/definition/text.js';

describe('texts of bot exports', () => {
  it.each([
    ['Hello%20there%2C%20you', 'Hello there, you'],
    ['100% sure', '100% sure'],
    ['100%', '100%'],
    ['%2541', '%41'],
    ['raw\n%20', 'raw\n%20'],
    ['plain', 'plain'],
    ['', ''],
  ])('reads %j as %j', (stored, meant) => {
    expect(decodeText(stored)).toBe(meant);
  });

  it('reads back whatever it writes', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => decodeText(encodeText(text)) === text));
  });

  it('writes even what is not well-formed', () => {
    expect(decodeText(encodeText('\ud800'))).toBe('\ufffd');
  });

  it('unescapes patterns', () => {
    expect(unescapeHtml('&lt; need to &gt; &amp;lt;')).toBe('< need to > &lt;');
  });
});
