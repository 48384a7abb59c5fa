import { describe, expect, it } from 'vitest';
import { checkPattern, createMask, type MaskRule, REPLACEMENTS } from '../src/masks.js';
import type { MaskKind } from '../src/vocabulary.js';

const rule = (kind: MaskKind, pattern: string | null = null): MaskRule => ({
  kind,
  pattern,
  replacement: REPLACEMENTS[kind],
});
const mask = (kind: MaskKind, pattern: string | null = null) => createMask([rule(kind, pattern)]);

describe('a mask of cards', () => {
  it.each([
    ['4111111111111111', '[card]'],
    ['my card 4111 1111 1111 1111, thanks', 'my card [card], thanks'],
    ['5500-0000-0000-0004.', '[card].'],
    ['3782 822463 10005', '[card]'],
    ['4111 1111 1111 1111 12/27', '[card] 12/27'],
    ['order 17 4111 1111 1111 1111', 'order 17 [card]'],
    ['٤١١١١١١١١١١١١١١١', '[card]'],
  ])('hides %s', (given, masked) => expect(mask('CARD').text(given)).toBe(masked));

  it.each(['4111111111111112', '123456789012', 'a4111111111111111', '0000000000000000', '6543211234567890a'])(
    'leaves %s, which is none',
    (given) => expect(mask('CARD').text(given)).toBe(given),
  );
});

describe('a mask of account numbers', () => {
  it.each([
    ['DE89 3704 0044 0532 0130 00 bitte', '[IBAN] bitte'],
    ['GB29NWBK60161331926819', '[IBAN]'],
    ['nl91 abna 0417 1643 00', '[IBAN]'],
  ])('hides %s', (given, masked) => expect(mask('IBAN').text(given)).toBe(masked));

  it.each(['DE89 3704 0044 0532 0130 01', 'DE89 3704', 'XDE89370400440532013000'])(
    'leaves %s, which is none',
    (given) => expect(mask('IBAN').text(given)).toBe(given),
  );
});

describe('masks of addresses and telephone numbers', () => {
  it.each([
    ['EMAIL', 'write to ann.o-neil+x@mail.example.org!', 'write to [e-mail]!'],
    ['EMAIL', 'jürgen@müller.de', '[e-mail]'],
    ['PHONE', 'call +49 (30) 1234-5678 now', 'call [phone] now'],
    ['PHONE', '0049 30 12345678', '[phone]'],
    ['PHONE', '(555) 123-4567', '[phone]'],
  ] as const)('%s hides %s', (kind, given, masked) => expect(mask(kind).text(given)).toBe(masked));

  it.each([
    ['EMAIL', 'a@b, @home, me@localhost'],
    ['PHONE', 'on 01.02.2026 for 0.1234567 with order 1234567'],
  ] as const)('%s leaves %s', (kind, given) => expect(mask(kind).text(given)).toBe(given));
});

describe('a mask by a pattern', () => {
  it('hides what it finds, within JSON too, and leaves names of members', () => {
    const { json } = mask('REGEX', 'K-\\d{4}');
    expect(json({ 'K-1234': ['is K-5678 here', 7, null] })).toEqual({ 'K-1234': ['is [masked] here', 7, null] });
  });

  it.each(['(', '(?<=a)b', '(a)\\1', 'a*', '', 'x'.repeat(501), '((a{100}){100}){100}'])('refuses %s', (pattern) =>
    expect(() => checkPattern(pattern)).toThrow(),
  );

  it('takes no longer for what would keep a backtracking engine busy for ever', () => {
    const evil = mask('REGEX', '(a|a?)+$');
    const begun = performance.now();
    evil.text(`${'a'.repeat(5_000)}b`);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

it('takes long texts without end', () => {
  const all = createMask((['CARD', 'IBAN', 'EMAIL', 'PHONE'] as const).map((kind) => rule(kind)));
  const begun = performance.now();
  for (const text of ['1 '.repeat(50_000), 'DE89 '.repeat(20_000), 'a.'.repeat(50_000), `${'a'.repeat(99_999)}@`])
    all.text(text);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
