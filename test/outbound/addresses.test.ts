import type { LookupAddress } from 'node:dns';
import { createSecureContext } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConnector } from '../../src/outbound/connect.js';
import { createPolicy } from '../../src/outbound/guard.js';
import { createOutbound, type Outbound, type OutboundOptions } from '../../src/outbound/request.js';
import type { Resolve } from '../../src/outbound/resolve.js';
import { createTestClock } from '../support/clock.js';
import { answer, createGate, createReceiver, type Receiver, redirect } from '../support/receiver.js';
import { LOOPBACK, MALICIOUS } from './malicious-urls.js';

const closed = createPolicy({ allowHttp: true, allowCidrs: [] });
// In these tests 127.0.0.0/8 stands for the public network, and 10.0.0.0/8 for the inside.
const open = createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'] });
const PUBLIC: LookupAddress = { address: '127.0.0.1', family: 4 };
const INSIDE: LookupAddress = { address: '10.0.0.1', family: 4 };

let receiver: Receiver;
let outbound: Outbound;

function start(options: OutboundOptions): void {
  outbound = createOutbound(options);
}

/** A name server that gives these answers, one a question, the last one for ever. */
function nameServer(...answers: LookupAddress[][]): Resolve & { questions: string[] } {
  const questions: string[] = [];
  const resolve: Resolve = async (hostname) => {
    questions.push(hostname);
    return answers[Math.min(questions.length, answers.length) - 1] ?? [];
  };
  return Object.assign(resolve, { questions });
}

beforeEach(async () => {
  receiver = await createReceiver();
});

afterEach(async () => {
  await outbound.close();
  await receiver.close();
});

describe('an address written in the URL', () => {
  it('is never connected to when it is inside, in whatever spelling', async () => {
    const resolve = nameServer([PUBLIC]);
    start({ policy: closed, resolve });
    const outcomes = await Promise.allSettled(
      MALICIOUS.map((url) => outbound.request({ url: url.replaceAll('PORT', String(receiver.port)) })),
    );
    const reached = MALICIOUS.filter((_, i) => outcomes[i]?.status === 'fulfilled');
    expect(reached).toEqual([]);
    const reasons = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.reason);
    expect(new Set(reasons)).toEqual(new Set(['BLOCKED_ADDRESS', 'BAD_URL']));
    expect(receiver.connections).toBe(0);
    expect(resolve.questions).toEqual([]);
  });

  it('is reached in all these spellings once its range is opened', async () => {
    start({ policy: open, resolve: nameServer([{ address: '::1', family: 6 }, PUBLIC]) });
    for (const url of LOOPBACK) {
      const response = await outbound.request({ url: url.replaceAll('PORT', String(receiver.port)) });
      expect(response.status, url).toBe(200);
    }
  });
});

describe('the connection itself', () => {
  it('is refused when it ends at another address than it was made to', async () => {
    // Linux connects 0.0.0.0 to 127.0.0.1, which nobody opened.
    start({ policy: createPolicy({ allowHttp: true, allowCidrs: ['0.0.0.0/8'] }) });
    const call = outbound.request({ url: `http://0.0.0.0:${receiver.port}/`, body: 'secret' });
    await expect(call).rejects.toMatchObject({ sent: false });
    expect(receiver.requests).toEqual([]);
  });

  it('is refused to an address that came past the judgement of the URL', async () => {
    start({ policy: closed });
    const clock = createTestClock();
    const secureContext = createSecureContext();
    const resolve = nameServer([PUBLIC]);
    const connect = createConnector({
      policy: closed,
      clock,
      resolve,
      timeoutMs: 1,
      connectTimeoutMs: 1,
      secureContext,
      proxy: null,
    });
    const options = { hostname: '127.0.0.1', protocol: 'http:', port: String(receiver.port) };
    const error = await new Promise((done) => connect(options, (...[failure]) => done(failure)));
    expect(error).toMatchObject({ reason: 'BLOCKED_ADDRESS' });
    expect(receiver.connections).toBe(0);
  });
});

describe('a name', () => {
  const url = () => `http://hooks.example.com:${receiver.port}/hook`;

  it('is resolved once, and the connection goes to what was checked, with the Host as written', async () => {
    const resolve = nameServer([PUBLIC], [INSIDE]);
    start({ policy: open, resolve });
    await outbound.request({ url: url() });
    expect(receiver.requests[0]?.headers.host).toBe(`hooks.example.com:${receiver.port}`);
    expect(resolve.questions).toEqual(['hooks.example.com']);
  });

  it.each([
    ['an inside address', [INSIDE]],
    ['an inside address among public ones', [PUBLIC, INSIDE]],
    ['an inside IPv6 address among public ones', [{ address: 'fe80::1%eth0', family: 6 }, PUBLIC]],
    ['a metadata address', [{ address: '169.254.169.254', family: 4 }]],
    ['an inside address in IPv6 clothes', [{ address: '::ffff:10.0.0.1', family: 6 }, PUBLIC]],
    ['something that is no address', [{ address: 'localhost', family: 4 }]],
  ])('is refused when it resolves to %s, before any connection', async (_what, addresses) => {
    start({ policy: open, resolve: nameServer(addresses) });
    await expect(outbound.request({ url: url() })).rejects.toMatchObject({ reason: 'BLOCKED_ADDRESS', sent: false });
    expect(receiver.connections).toBe(0);
  });

  it('is judged again for a later connection: what was public and turns inward is refused', async () => {
    const clock = createTestClock();
    start({ policy: open, clock, resolve: nameServer([PUBLIC], [INSIDE]) });
    receiver.script(answer(200, '', { connection: 'close' }));
    await outbound.request({ url: url() });
    await receiver.disconnected();
    clock.advance(10_001);
    await expect(outbound.request({ url: url() })).rejects.toMatchObject({ reason: 'BLOCKED_ADDRESS' });
    expect(receiver.requests).toHaveLength(1);
  });

  it('is followed to its new address even while its connection is kept busy', async () => {
    const clock = createTestClock();
    const resolve = nameServer([PUBLIC], [INSIDE]);
    start({ policy: open, clock, resolve, connections: 1, poolLifetimeMs: 60_000 });
    await outbound.request({ url: url() });
    clock.advance(59_000);
    await outbound.request({ url: url() });
    expect(resolve.questions).toHaveLength(1);
    clock.advance(2_000);
    await expect(outbound.request({ url: url() })).rejects.toMatchObject({ reason: 'BLOCKED_ADDRESS' });
  });

  it('is asked for once by many connections at the same time', async () => {
    const resolve = nameServer([PUBLIC]);
    start({ policy: open, resolve });
    await Promise.all(Array.from({ length: 8 }, () => outbound.request({ url: url() })));
    expect(receiver.connections).toBeGreaterThan(1);
    expect(resolve.questions).toHaveLength(1);
  });

  it('is tried at its other address when one does not answer', async () => {
    const nobody: LookupAddress = { address: '127.0.0.2', family: 4 };
    start({ policy: open, resolve: nameServer([nobody, PUBLIC]) });
    expect(await outbound.request({ url: url() })).toMatchObject({ status: 200 });
  });

  it("that belongs to the server's own parts is refused without asking", async () => {
    const resolve = nameServer([PUBLIC]);
    const policy = createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'], deny: ['hooks.example.com'] });
    start({ policy, resolve });
    await expect(outbound.request({ url: url() })).rejects.toMatchObject({ reason: 'BLOCKED_ADDRESS' });
    expect(resolve.questions).toEqual([]);
  });

  it('that is localhost uses those of its addresses that are opened', async () => {
    start({ policy: open, resolve: nameServer([{ address: '::1', family: 6 }, PUBLIC]) });
    expect(await outbound.request({ url: `http://localhost:${receiver.port}/` })).toMatchObject({ status: 200 });
  });

  it.each([
    ['does not exist', async () => Promise.reject(new Error('getaddrinfo ENOTFOUND 10.9.8.7'))],
    ['has no address', async () => []],
  ])('that %s fails as DNS, without details', async (_what, resolve) => {
    start({ policy: open, resolve });
    const call = outbound.request({ url: url() });
    await expect(call).rejects.toMatchObject({ reason: 'DNS', sent: false });
    await expect(call).rejects.not.toThrow('10.9.8.7');
  });

  it('whose name server is silent fails as DNS after its limit', async () => {
    const clock = createTestClock();
    const asked = createGate();
    const resolve: Resolve = () => {
      asked.open();
      return new Promise(() => {});
    };
    start({ policy: open, clock, resolve });
    const call = outbound.request({ url: url() });
    await asked.opened;
    clock.advance(5_000);
    await expect(call).rejects.toMatchObject({ reason: 'DNS' });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('with %i is the answer, and is not followed inward', async (status) => {
    const inside = await createReceiver();
    start({ policy: open });
    receiver.script(redirect(`${inside.url}/admin`, status));
    const response = await outbound.request({ url: receiver.url, body: 'x' });
    expect(response).toMatchObject({ status, headers: { location: `${inside.url}/admin` } });
    expect(inside.connections).toBe(0);
    await inside.close();
  });
});

describe('a proxy of the environment', () => {
  const names = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
  const before = names.map((name) => process.env[name]);

  afterEach(() => {
    for (const [i, name] of names.entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  });

  it('is not used', async () => {
    const proxy = await createReceiver();
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.url;
    start({ policy: open });
    await outbound.request({ url: receiver.url });
    expect(receiver.requests).toHaveLength(1);
    expect(proxy.connections).toBe(0);
    await proxy.close();
  });
});
