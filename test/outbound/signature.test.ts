import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createSigningSecret, parseSigningSecret, sign, verify } from '../../src/outbound/signature.js';

const secret = createSigningSecret();
const message = { id: 'msg-1', timestamp: Math.floor(Date.now() / 1000), body: '{"text":"Grüße"}' };

function headers(signature: string): Record<string, string> {
  return { 'webhook-id': message.id, 'webhook-timestamp': String(message.timestamp), 'webhook-signature': signature };
}

function verdict(changes: Partial<Parameters<typeof verify>[0]> = {}): boolean {
  return verify({
    id: message.id,
    timestamp: String(message.timestamp),
    signature: sign({ ...message, secrets: [secret] }),
    body: message.body,
    secrets: [secret],
    now: message.timestamp * 1000,
    ...changes,
  });
}

describe('a signature', () => {
  it('is taken by the reference library, from a string and from bytes', () => {
    for (const body of [message.body, Buffer.from(message.body)]) {
      const signature = sign({ ...message, body, secrets: [parseSigningSecret(secret)] });
      expect(new Webhook(secret).verify(message.body, headers(signature))).toEqual({ text: 'Grüße' });
    }
  });

  it('of the reference library is taken here', () => {
    const signature = new Webhook(secret).sign(message.id, new Date(message.timestamp * 1000), message.body);
    expect(verdict({ signature })).toBe(true);
  });

  it('holds one part for each secret, so that receivers with the old or the new one take it', () => {
    const old = createSigningSecret();
    const signature = sign({ ...message, secrets: [secret, old] });
    expect(signature).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/);
    for (const one of [secret, old]) {
      expect(() => new Webhook(one).verify(message.body, headers(signature))).not.toThrow();
      expect(verdict({ signature, secrets: [one] })).toBe(true);
    }
    expect(() => new Webhook(createSigningSecret()).verify(message.body, headers(signature))).toThrow();
  });

  it('is taken with any of the secrets of the receiver', () => {
    expect(verdict({ secrets: [createSigningSecret(), secret] })).toBe(true);
  });

  it.each([
    ['another body', { body: `${message.body} ` }],
    ['another id', { id: 'msg-2' }],
    ['another time', { timestamp: String(message.timestamp + 1) }],
    ['another secret', { secrets: [createSigningSecret()] }],
    ['no secret', { secrets: [] }],
    ['an empty header', { signature: '' }],
    ['another version', { signature: sign({ ...message, secrets: [secret] }).replace('v1,', 'v2,') }],
    ['a part of it', { signature: sign({ ...message, secrets: [secret] }).slice(0, 30) }],
    ['a time that is no number', { timestamp: 'now' }],
    ['a time in exponent form', { timestamp: '1e9' }],
    ['an empty time', { timestamp: '' }],
  ])('is refused with %s', (_what, changes) => {
    expect(verdict()).toBe(true);
    expect(verdict(changes)).toBe(false);
  });

  it('is refused when it is older or newer than the tolerance', () => {
    const now = message.timestamp * 1000;
    expect(verdict({ now: now + 300_000 })).toBe(true);
    expect(verdict({ now: now + 301_000 })).toBe(false);
    expect(verdict({ now: now - 300_000 })).toBe(true);
    expect(verdict({ now: now - 301_000 })).toBe(false);
    expect(verdict({ now: now + 61_000, toleranceSeconds: 60 })).toBe(false);
  });
});

describe('headers made up by anybody', () => {
  it('are refused without an exception', () => {
    const timestamp = fc.oneof(fc.string(), fc.constant(String(message.timestamp)));
    const signature = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String().map((text) => `v1,${text} v1a,${text}`),
    );
    fc.assert(
      fc.property(fc.string(), timestamp, signature, (id, time, value) => {
        expect(verdict({ id, timestamp: time, signature: value })).toBe(false);
      }),
    );
  });
});

describe('a signing secret', () => {
  it('is new each time and holds 32 bytes', () => {
    expect(createSigningSecret()).not.toBe(createSigningSecret());
    expect(parseSigningSecret(secret).symmetricKeySize).toBe(32);
  });

  it('may come without its prefix', () => {
    expect(parseSigningSecret(secret.slice('whsec_'.length)).equals(parseSigningSecret(secret))).toBe(true);
  });

  it.each([
    ['too short', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['too long', `whsec_${Buffer.alloc(65).toString('base64')}`],
    ['not base64', `whsec_${'!'.repeat(44)}`],
    ['empty', 'whsec_'],
  ])('that is %s is refused with its form, and is not shown', (_what, bad) => {
    expect(() => parseSigningSecret(bad)).toThrow('24 to 64 bytes in base64');
  });
});
