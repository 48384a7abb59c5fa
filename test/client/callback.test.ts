import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { CallbackRefused, verifyCallback } from '../../src/client/client.js';
import { createSigningSecret } from '../../src/outbound/signature.js';

const secret = createSigningSecret();
const now = Date.UTC(2026, 0, 1);
const body = JSON.stringify({
  text: 'Hello',
  to: 'user-1',
  from: 'st-1',
  conversationId: 'cv-1',
  messageId: 'ms-1',
  sequence: 4,
  lastInTurn: true,
  traceId: 'RTM-TRACE-1',
});
const headers = (at = now, by = secret) => ({
  'Webhook-Id': 'ms-1',
  'webhook-timestamp': String(Math.floor(at / 1000)),
  'webhook-signature': new Webhook(by).sign('ms-1', new Date(at), body),
});

describe('a callback', () => {
  it.each([
    ['Node', headers()],
    ['fetch', new Headers(headers())],
  ])('that was signed is read, with the headers of %s', (_, given) => {
    expect(verifyCallback(given, body, secret, { now })).toEqual({
      messages: [{ type: 'text', text: 'Hello' }],
      to: 'user-1',
      from: 'st-1',
      conversationId: 'cv-1',
      messageId: 'ms-1',
      sequence: 4,
      lastInTurn: true,
      traceId: 'RTM-TRACE-1',
    });
  });

  it('may be signed with either of two secrets, and come as bytes', () => {
    const other = createSigningSecret();
    expect(verifyCallback(headers(), Buffer.from(body), [other, secret], { now }).sequence).toBe(4);
    const both = { ...headers(), 'webhook-signature': `v1,AAAA ${headers()['webhook-signature']}` };
    expect(verifyCallback(both, body, secret, { now }).sequence).toBe(4);
  });

  it.each<[string, () => unknown]>([
    ['another body', () => verifyCallback(headers(), `${body} `, secret, { now })],
    ['another secret', () => verifyCallback(headers(), body, createSigningSecret(), { now })],
    ['no secret at all', () => verifyCallback(headers(), body, [], { now })],
    ['an old signature', () => verifyCallback(headers(now - 301_000), body, secret, { now })],
    ['a signature ahead of time', () => verifyCallback(headers(now + 301_000), body, secret, { now })],
    ['no headers', () => verifyCallback({}, body, secret, { now })],
    ['a time that is none', () => verifyCallback({ ...headers(), 'webhook-timestamp': 'x' }, body, secret, { now })],
    ['an empty signature', () => verifyCallback({ ...headers(), 'webhook-signature': 'v1,' }, body, secret, { now })],
  ])('with %s is refused', (_, act) => {
    expect(act).toThrow(CallbackRefused);
  });

  it.each(['', 'whsec_', 'whsec_short'])('is never compared with the secret "%s"', (none) => {
    expect(() => verifyCallback(headers(), body, none, { now })).toThrow(/not a signing secret/);
  });

  it('of the second version is read too', () => {
    const sent = JSON.stringify({
      _v: 'v2',
      data: [{ type: 'text', val: 'Hi' }],
      endOfTask: true,
      endReason: 'Fulfilled',
      completedTaskId: 'dg-1',
      completedTaskName: 'Order',
    });
    const signed = { ...headers(), 'webhook-signature': new Webhook(secret).sign('ms-1', new Date(now), sent) };
    expect(verifyCallback(signed, sent, secret, { now })).toMatchObject({
      messages: [{ type: 'text', text: 'Hi' }],
      endOfTask: { reason: 'Fulfilled', taskId: 'dg-1', taskName: 'Order' },
    });
  });
});
