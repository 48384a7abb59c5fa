import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/outbound/guard.js';
import { createOutbound, type Outbound } from '../../src/outbound/request.js';
import { type Caller, createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import {
  type Answer,
  answer,
  createReceiver,
  drip,
  flood,
  type Receiver,
  raw,
  redirect,
  reset,
  silence,
} from '../support/receiver.js';

/** In the place of 10 s and 15 s. */
const HEADERS_LIMIT_MS = 300;
const CALL_LIMIT_MS = 500;
const PUBLIC: LookupAddress = { address: '127.0.0.1', family: 4 };
const INSIDE: LookupAddress = { address: '10.0.0.1', family: 4 };

describe('an endpoint that fails a callback', () => {
  let app: TestApp;
  let receiver: Receiver;
  let outbound: Outbound;
  let caller: Caller;
  const questions = new Map<string, number>();

  beforeAll(async () => {
    receiver = await createReceiver();
    outbound = createOutbound({
      policy: createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'] }),
      headersTimeoutMs: HEADERS_LIMIT_MS,
      async resolve(name) {
        const asked = (questions.get(name) ?? 0) + 1;
        questions.set(name, asked);
        if (name.startsWith('flaps') && asked === 1) throw new Error('SERVFAIL');
        if (name.startsWith('turns') && asked === 1) return [PUBLIC, INSIDE];
        return [PUBLIC];
      },
    });
    app = await startTestApp({
      outbound: () => ({ ...outbound, request: (input) => outbound.request({ ...input, timeoutMs: CALL_LIMIT_MS }) }),
    });
    caller = await createCaller(app);
  });
  afterAll(async () => {
    await app.remove();
    await outbound.close();
    await receiver.close();
  });

  interface Attempt {
    statusCode: number | null;
    error: string | null;
    responseBody: string | null;
  }

  /** Sends three messages of one user to such a URL, and gives the attempts of each once all are delivered. */
  async function deliverThree(postUrl: string): Promise<Attempt[][]> {
    const [channel] = await goLive(app, await createBot(app), [
      { appClientId: caller.clientId, mode: 'ASYNC', postUrl },
    ]);
    for (const text of ['a', 'b', 'c']) {
      const sent = await app.post(channel?.path ?? '', { message: { text }, from: { id: 'u' } }, caller.headers());
      expect(sent.status).toBe(200);
    }
    const delivered = async (): Promise<{ sequence: number; attempts: Attempt[] }[]> => {
      const { deliveries } = await app.gql(
        `query($id: ID!) { deliveries(channelId: $id, status: DELIVERED) { edges { node {
          sequence attempts { statusCode error responseBody } } } } }`,
        { id: channel?.id },
      );
      return deliveries.edges.map((edge: { node: unknown }) => edge.node);
    };
    const nodes = await eventually(delivered, ({ length }) => length === 3);
    return nodes.sort((a, b) => a.sequence - b.sequence).map(({ attempts }) => attempts);
  }

  /** What came in since, by its number in the conversation. */
  const sequencesSince = (before: number) =>
    receiver.requests.slice(before).map(({ headers }) => Number(headers['hookswitch-sequence']));

  it.each<[string, Answer, Partial<Attempt> | { error: RegExp }]>([
    ['says nothing', silence(), { error: /^TIMEOUT/ }],
    ['drips', drip(), { error: /^TIMEOUT/ }],
    ['resets the connection', reset(), { error: /^RESET/ }],
    [
      'hangs up in the middle',
      raw('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc', { end: true }),
      { error: /^RESET/ },
    ],
    ['hangs up without a word', raw('', { end: true }), { error: /^RESET/ }],
    ['speaks no HTTP', raw('SSH-2.0-OpenSSH_9.6\r\n', { end: true }), { error: /^PROTOCOL/ }],
    ['chunks badly', raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'), { error: /^PROTOCOL/ }],
    ['has a head without an end', raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`), { error: /^PROTOCOL/ }],
    ['never comes to the point', raw('HTTP/1.1 102 Processing\r\n\r\n'.repeat(20)), { error: /^PROTOCOL/ }],
    ['redirects inwards', redirect('http://169.254.169.254/'), { statusCode: 307 }],
    ['is broken', answer(500, 'sorry'), { statusCode: 500, responseBody: 'sorry' }],
    ['asks to be called again', answer(425), { statusCode: 425 }],
  ])('that %s gets it again, before what comes after it', async (_what, fault, expected) => {
    const before = receiver.requests.length;
    receiver.script(fault);
    const attempts = await deliverThree(`${receiver.url}/`);
    expect(attempts.map(({ length }) => length)).toEqual([2, 1, 1]);
    const { error, ...rest } = expected;
    expect(attempts[0]?.[0]).toMatchObject(rest);
    if (error instanceof RegExp) expect(attempts[0]?.[0]?.error).toMatch(error);
    const ids = receiver.requests.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toBe(ids[1]);
    expect(sequencesSince(before)).toEqual([1, 1, 2, 3]);
  });

  it('with an answer without an end has taken it: what it says further is not read', async () => {
    receiver.script(flood());
    const attempts = await deliverThree(`${receiver.url}/`);
    expect(attempts.map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(attempts[0]?.[0]?.responseBody).toHaveLength(16 * 1024);
  });

  it.each([
    ['flaps', /^DNS/],
    ['turns', /^BLOCKED_ADDRESS/],
  ])('because its name %s gets it once it resolves', async (name, error) => {
    const before = receiver.requests.length;
    const attempts = await deliverThree(`http://${name}.example.com:${receiver.port}/`);
    expect(attempts[0]?.[0]?.error).toMatch(error);
    expect(sequencesSince(before)).toEqual([1, 2, 3]);
  });
});
