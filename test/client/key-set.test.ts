import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallbackRefused, createCallbackVerifier, HookError } from '../../src/client/client.js';
import { createSigningKeyPair, signV1a } from '../../src/outbound/signature-v1a.js';
import { answer, createReceiver, json, type Receiver } from '../support/receiver.js';

const MINUTE = 60_000;
const body = JSON.stringify({ text: 'Hello', to: 'user-1' });
const [first, second, stranger] = [createSigningKeyPair(), createSigningKeyPair(), createSigningKeyPair()];
const listOf = (...pairs: { publicKey: string }[]) => ({
  keys: pairs.map(({ publicKey }, i) => ({ kid: `k${i}`, type: 'ed25519', publicKey })),
});

let server: Receiver; // plays the server that shows the keys
let now: number;
let verify: ReturnType<typeof createCallbackVerifier>;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  server = await createReceiver(json(200, listOf(first)));
  verify = createCallbackVerifier({
    keysUrl: `${server.url}/chatbot/keys/ivrInst-1`,
    surroundings: { now: () => now, wait: async () => {} },
  });
});

afterEach(() => server.close());

function callback(by: { privateKey: string }) {
  const timestamp = Math.floor(now / 1000);
  const signature = signV1a({ id: 'ms-1', timestamp, body }, [by.privateKey]);
  const headers = { 'webhook-id': 'ms-1', 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
  return verify(headers, body);
}

describe('the keys that a server shows', () => {
  it('are fetched once for many callbacks, also for those at the same time', async () => {
    const callbacks = await Promise.all(Array.from({ length: 5 }, () => callback(first)));
    expect(callbacks.map(({ to }) => to)).toEqual(Array(5).fill('user-1'));
    await callback(first);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /chatbot/keys/ivrInst-1']);
  });

  it('are fetched again for a signature of an unknown key', async () => {
    await callback(first);
    now += MINUTE;
    server.script(json(200, listOf(second, first)));
    expect((await callback(second)).to).toBe('user-1');
    await callback(first);
    expect(server.requests).toHaveLength(2);
  });

  it('are not fetched for each of many forged callbacks', async () => {
    await callback(first);
    for (let i = 0; i < 5; i++) await expect(callback(stranger)).rejects.toThrow(CallbackRefused);
    expect(server.requests).toHaveLength(1);
    now += MINUTE;
    for (let i = 0; i < 5; i++) await expect(callback(stranger)).rejects.toThrow(CallbackRefused);
    expect(server.requests).toHaveLength(2);
  });

  it('are no longer taken an hour after they were withdrawn', async () => {
    await callback(first);
    server.script(json(200, listOf(second)));
    now += 61 * MINUTE;
    await expect(callback(first)).rejects.toThrow(CallbackRefused);
    expect(server.requests).toHaveLength(2);
  });

  it('go on being taken while the server does not answer, which is asked once a minute', async () => {
    await callback(first);
    now += 61 * MINUTE;
    server.script(answer(503), answer(503));
    for (let i = 0; i < 3; i++) expect((await callback(first)).to).toBe('user-1');
    expect(server.requests).toHaveLength(3); // one try, and its repeat
  });

  it('that were never to be had are no reason to refuse a callback', async () => {
    server.script(answer(404));
    await expect(callback(first)).rejects.toThrow(HookError);
    expect((await callback(first)).to).toBe('user-1');
  });

  it.each([
    ['nothing', {}],
    ['a list of another kind', { keys: 'x' }],
    ['no object', [1]],
  ])('that are %s are told as a wrong address', async (_what, shown) => {
    server.script(json(200, shown));
    await expect(callback(first)).rejects.toMatchObject({ name: 'HookError', reason: 'BAD_ANSWER' });
  });

  it('may be among others that are of no use', async () => {
    const others = [null, 5, { type: 'rsa', publicKey: 'x' }, { type: 'ed25519', publicKey: 'whpk_x' }];
    server.script(json(200, { keys: [...others, ...listOf(first).keys] }));
    expect((await callback(first)).to).toBe('user-1');
  });

  it('are not asked for by callbacks without a timestamp of now', async () => {
    await expect(verify({ 'webhook-id': 'x' }, body)).rejects.toThrow(CallbackRefused);
    const headers = { 'webhook-id': 'x', 'webhook-timestamp': '5', 'webhook-signature': 'v1a,x' };
    await expect(verify(headers, body)).rejects.toThrow(CallbackRefused);
    expect(server.requests).toEqual([]);
  });
});
