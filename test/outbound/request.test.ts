import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/outbound/guard.js';
import type { OutboundError } from '../../src/outbound/outbound-error.js';
import { createOutbound, type Outbound, type OutboundOptions } from '../../src/outbound/request.js';
import { createTestClock } from '../support/clock.js';
import {
  answer,
  createGate,
  createReceiver,
  drip,
  flood,
  hold,
  json,
  type Receiver,
  raw,
  reset,
  silence,
} from '../support/receiver.js';

const policy = createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'] });

let receiver: Receiver;
let outbound: Outbound;

function start(options: Partial<OutboundOptions> = {}): void {
  outbound = createOutbound({ policy, ...options });
}

async function failure(call: Promise<unknown>): Promise<OutboundError> {
  return call.then(
    () => {
      throw new Error('the call did not fail');
    },
    (error: OutboundError) => error,
  );
}

beforeEach(async () => {
  receiver = await createReceiver();
});

afterEach(async () => {
  await outbound.close();
  await receiver.close();
});

describe('a request', () => {
  it('arrives as it was given and brings the answer back', async () => {
    start();
    receiver.script(json(201, { ok: true }, { 'x-trace': 't1' }));
    const response = await outbound.request({
      url: `${receiver.url}/hook/a%20b?x=1&y=%C3%BC#part`,
      headers: { 'content-type': 'application/json', 'X-Custom': 'ü' },
      body: '{"text":"Grüße"}',
    });
    expect(receiver.requests[0]).toMatchObject({
      method: 'POST',
      path: '/hook/a%20b?x=1&y=%C3%BC',
      text: '{"text":"Grüße"}',
      headers: { host: `127.0.0.1:${receiver.port}`, 'content-type': 'application/json', 'content-length': '18' },
    });
    expect(response).toMatchObject({ status: 201, truncated: false, headers: { 'x-trace': 't1' } });
    expect(JSON.parse(response.body.toString())).toEqual({ ok: true });
    expect(response.durationMs).toBeGreaterThanOrEqual(0);
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('may be a %s', async (method) => {
    start();
    const body = method === 'GET' || method === 'HEAD' ? undefined : Buffer.from([0, 255, 10]);
    expect(await outbound.request({ url: receiver.url, method, ...(body && { body }) })).toMatchObject({ status: 200 });
    expect(receiver.requests[0]?.method).toBe(method);
    expect(receiver.requests[0]?.body).toEqual(body ?? Buffer.alloc(0));
  });

  it('takes any status as an answer', async () => {
    start();
    for (const status of [204, 404, 410, 429, 500, 503]) {
      receiver.script(answer(status));
      expect((await outbound.request({ url: receiver.url })).status).toBe(status);
    }
  });

  it('leaves a compressed body as it is, so that a small one cannot grow', async () => {
    start();
    const packed = gzipSync('x'.repeat(1_000_000));
    receiver.script(answer(200, packed, { 'content-encoding': 'gzip' }));
    expect((await outbound.request({ url: receiver.url })).body).toEqual(packed);
  });

  it.each([
    ['line breaks in a value', { 'x-a': 'b\r\nx-injected: 1' }],
    ['a lone line feed in a value', { 'x-a': 'b\nc' }],
    ['NUL in a value', { 'x-a': '\0' }],
    ['characters beyond Latin-1', { 'x-a': '日本' }],
    ['line breaks in a name', { 'x-a: b\r\nx-c': 'd' }],
    ['a space in a name', { 'x a': 'b' }],
    ['an empty name', { '': 'b' }],
    ['Host', { Host: 'inside' }],
    ['Content-Length', { 'content-length': '0' }],
    ['Transfer-Encoding', { 'Transfer-Encoding': 'chunked' }],
    ['Connection', { connection: 'x-a' }],
    ['Upgrade', { upgrade: 'websocket' }],
    ['Expect', { expect: '100-continue' }],
    ['Proxy-Authorization', { 'proxy-authorization': 'Basic x' }],
  ])('with %s among its headers is refused', async (_what, headers) => {
    start();
    expect(await failure(outbound.request({ url: receiver.url, headers }))).toMatchObject({ reason: 'BAD_HEADER' });
    expect(receiver.connections).toBe(0);
  });
});

describe('an answer', () => {
  it('of exactly the limit is whole', async () => {
    start();
    receiver.script(answer(200, 'x'.repeat(65_536)));
    const response = await outbound.request({ url: receiver.url });
    expect(response).toMatchObject({ truncated: false });
    expect(response.body).toHaveLength(65_536);
  });

  it('that is longer is cut, and the rest is not read', async () => {
    start();
    receiver.script(flood());
    const response = await outbound.request({ url: receiver.url, maxResponseBytes: 1000 });
    expect(response).toMatchObject({ status: 200, truncated: true });
    expect(response.body).toEqual(Buffer.alloc(1000, 'x'));
    await receiver.requests[0]?.closed;
  });

  it('that is longer fails where the caller cannot use a part', async () => {
    start();
    receiver.script(flood());
    const call = outbound.request({ url: receiver.url, oversize: 'FAIL' });
    expect(await failure(call)).toMatchObject({ reason: 'BODY_TOO_LARGE', sent: true });
    await receiver.requests[0]?.closed;
  });

  it.each([
    ['is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['has a bad chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['has two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['has endless headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
    ['is a flood of interim answers', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)],
  ])('that %s fails as PROTOCOL', async (_what, bytes) => {
    start();
    receiver.script(raw(bytes));
    expect(await failure(outbound.request({ url: receiver.url }))).toMatchObject({ reason: 'PROTOCOL', sent: true });
    await receiver.requests[0]?.closed;
  });

  it.each([
    ['a reset', reset()],
    ['an end in place of an answer', raw('', { end: true })],
    [
      'an upgrade that nobody asked for',
      raw('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    ],
  ])('that is %s fails as RESET', async (_what, ending) => {
    start();
    receiver.script(ending);
    expect(await failure(outbound.request({ url: receiver.url }))).toMatchObject({ reason: 'RESET', sent: true });
  });

  it('that ends before its length fails', async () => {
    start();
    receiver.script(raw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', { end: true }));
    expect((await failure(outbound.request({ url: receiver.url }))).reason).toMatch(/^(RESET|PROTOCOL)$/);
  });
});

describe('the time limit', () => {
  it('ends a request that gets no answer', async () => {
    const clock = createTestClock();
    start({ clock });
    receiver.script(silence());
    const call = failure(outbound.request({ url: receiver.url }));
    await receiver.received(1);
    clock.advance(10_000);
    expect(await call).toMatchObject({ reason: 'TIMEOUT', sent: true });
    await receiver.requests[0]?.closed;
  });

  it('stays as long when the time of day is set back meanwhile', async () => {
    const clock = createTestClock();
    start({ clock });
    receiver.script(silence());
    const call = failure(outbound.request({ url: receiver.url }));
    await receiver.received(1);
    clock.setBack(3_600_000);
    clock.advance(10_000);
    expect(await call).toMatchObject({ reason: 'TIMEOUT', sent: true });
  });

  it('covers the body: a server that drips is cut off', async () => {
    start();
    receiver.script(drip());
    expect(await failure(outbound.request({ url: receiver.url, timeoutMs: 300 }))).toMatchObject({ reason: 'TIMEOUT' });
    await receiver.requests[0]?.closed;
  });

  it('of the head no longer counts once the head is there', async () => {
    const clock = createTestClock();
    start({ clock, headersTimeoutMs: 1_000, connections: 1 });
    const rest = createGate();
    receiver.script(async ({ response }) => {
      response.writeHead(200).flushHeaders();
      await rest.opened;
      response.end('late');
    });
    const call = outbound.request({ url: receiver.url });
    await receiver.received(1);
    // The head was sent before this second receiver was asked, on the same machine and event loop.
    const other = await createReceiver();
    for (let i = 0; i < 5; i++) await outbound.request({ url: other.url });
    clock.advance(5_000);
    rest.open();
    expect((await call).body.toString()).toBe('late');
    await other.close();
  });

  it('covers the wait for a connection: what ends in the queue is never sent and costs no connection', async () => {
    const clock = createTestClock();
    start({ clock, connections: 1 });
    const gate = createGate();
    receiver.script(hold(gate.opened, answer(200)));
    const first = outbound.request({ url: `${receiver.url}/first` });
    await receiver.received(1);
    const second = failure(outbound.request({ url: `${receiver.url}/second`, timeoutMs: 5_000 }));
    clock.advance(5_000);
    expect(await second).toMatchObject({ reason: 'TIMEOUT', sent: false });
    gate.open();
    await first;
    await outbound.request({ url: `${receiver.url}/third` });
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/first', '/third']);
    expect(receiver.connections).toBe(1);
  });

  it('leaves no timer behind', async () => {
    const clock = createTestClock();
    start({ clock });
    await outbound.request({ url: receiver.url });
    clock.advance(1_000);
    expect(clock.pending).toBe(0);
  });
});

describe('a caller who cancels', () => {
  it('before the start sends nothing', async () => {
    start();
    const call = outbound.request({ url: receiver.url, signal: AbortSignal.abort() });
    expect(await failure(call)).toMatchObject({ reason: 'ABORTED', sent: false });
    expect(receiver.connections).toBe(0);
  });

  it('under way ends the request and its connection', async () => {
    start();
    receiver.script(silence());
    const controller = new AbortController();
    const call = failure(outbound.request({ url: receiver.url, signal: controller.signal }));
    await receiver.received(1);
    controller.abort();
    expect(await call).toMatchObject({ reason: 'ABORTED', sent: true });
    await receiver.requests[0]?.closed;
  });
});

describe('an endpoint that is down', () => {
  it('fails every request at once as CONNECT and names no address', async () => {
    start({ connections: 2 });
    await receiver.close();
    const errors = await Promise.all(Array.from({ length: 9 }, () => failure(outbound.request({ url: receiver.url }))));
    for (const error of errors) {
      expect(error).toMatchObject({ reason: 'CONNECT', sent: false });
      expect(error.message).toContain('ECONNREFUSED');
      expect(error.message).not.toMatch(/127|\d+\.\d+/);
    }
  });
});

describe('connections', () => {
  it('are kept and used again', async () => {
    start();
    for (let i = 0; i < 5; i++) await outbound.request({ url: receiver.url });
    // Two, as a connection is free again only a turn of the event loop after its answer.
    expect(receiver.connections).toBeLessThanOrEqual(2);
  });

  it('are not shared by two partitions', async () => {
    start({ connections: 1 });
    await outbound.request({ url: receiver.url, partition: 'account-1' });
    await outbound.request({ url: receiver.url, partition: 'account-2' });
    expect(receiver.requests.map(({ connection }) => connection)).toEqual([0, 1]);
  });

  it('to one origin are no more than the limit', async () => {
    start({ connections: 2 });
    const gate = createGate();
    const held = hold(gate.opened, answer(200));
    receiver.script(held, held, held, held, held);
    const calls = Array.from({ length: 5 }, () => outbound.request({ url: receiver.url }));
    await receiver.received(2);
    gate.open();
    await Promise.all(calls);
    expect(receiver.connections).toBe(2);
  });

  it('of the pool unused for longest are the ones given up when there are too many', async () => {
    const clock = createTestClock();
    start({ clock, connections: 1, maxPools: 2 });
    const others = await Promise.all([createReceiver(), createReceiver()]);
    const [second, third] = others;
    for (const { url } of [receiver, second, receiver, third, receiver, second]) {
      clock.advance(1);
      await outbound.request({ url });
    }
    expect([receiver.connections, second.connections, third.connections]).toEqual([1, 2, 1]);
    await Promise.all(others.map((other) => other.close()));
  });

  it('that are given up finish what is under way', async () => {
    start({ maxPools: 1 });
    const other = await createReceiver();
    const gate = createGate();
    receiver.script(hold(gate.opened, answer(200)));
    const slow = outbound.request({ url: receiver.url });
    await receiver.received(1);
    await outbound.request({ url: other.url });
    gate.open();
    expect(await slow).toMatchObject({ status: 200 });
    await other.close();
  });

  it('end with the outbound door, and so does what is under way', async () => {
    start();
    receiver.script(silence());
    const call = failure(outbound.request({ url: receiver.url }));
    await receiver.received(1);
    await outbound[Symbol.asyncDispose]();
    expect(await call).toMatchObject({ reason: 'ABORTED', sent: true });
    await receiver.disconnected();
    expect(await failure(outbound.request({ url: receiver.url }))).toMatchObject({ reason: 'ABORTED', sent: false });
  });
});
