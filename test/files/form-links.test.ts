import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createFormLinks, type SentLink } from '../../src/files/form-links.js';
import { createVault } from '../../src/store/vault.js';
import { DAY } from '../../src/time.js';

const now = Date.UTC(2026, 0, 1);
const older = { id: 'k1', key: randomBytes(32) };
const newer = { id: 'k2', key: randomBytes(32) };
const links = createFormLinks(createVault([older]), 'https://hooks.test');
const form = { botId: 'st-1', formRefId: 'form/1 ä', turnId: 'tn-1', now };

function partsOf(text: string): SentLink {
  const url = new URL(text);
  const [botId = '', formRefId = ''] = url.pathname.split('/').slice(3).map(decodeURIComponent);
  const part = (name: string) => url.searchParams.get(name) ?? '';
  return { botId, formRefId, turn: part('turn'), expires: part('expires'), signature: part('signature') };
}

it('opens its form of its turn for a day', () => {
  const link = partsOf(links.url(form));
  expect(link).toMatchObject({ botId: 'st-1', formRefId: 'form/1 ä' });
  expect(links.read(link, now)).toEqual({ turnId: 'tn-1' });
  expect(links.read(link, now + DAY - 1)).toEqual({ turnId: 'tn-1' });
  expect(links.read(link, now + DAY)).toBe('EXPIRED');
});

it.each<Partial<SentLink>>([
  { botId: 'st-2' },
  { formRefId: 'form-2' },
  { turn: 'tn-2' },
  { expires: String(now + 2 * DAY) },
  { signature: '' },
  { signature: 'k1.' },
  { signature: `k2.${randomBytes(32).toString('base64url')}` },
])('is worth nothing with %o', (change) => {
  expect(links.read({ ...partsOf(links.url(form)), ...change }, now)).toBe('FORGED');
});

it('outlives a new key, and not the loss of its own', () => {
  const link = partsOf(links.url(form));
  const rotated = createFormLinks(createVault([newer, older]), 'https://hooks.test');
  expect(rotated.read(link, now)).toEqual({ turnId: 'tn-1' });
  expect(partsOf(rotated.url(form)).signature).toMatch(/^k2\./);
  expect(createFormLinks(createVault([newer]), 'https://hooks.test').read(link, now)).toBe('FORGED');
});

it('is not what the same key says of the same text for another purpose', () => {
  const vault = createVault([older]);
  expect(vault.verify(vault.mac('text', 'one'), 'text', 'one')).toBe(true);
  expect(vault.verify(vault.mac('text', 'one'), 'text', 'two')).toBe(false);
});
