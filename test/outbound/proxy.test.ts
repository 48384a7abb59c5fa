import type { LookupAddress } from 'node:dns';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/outbound/guard.js';
import type { OutboundError } from '../../src/outbound/outbound-error.js';
import type { ProxySettings } from '../../src/outbound/proxy.js';
import { createOutbound, type Outbound, type OutboundOptions } from '../../src/outbound/request.js';
import type { Resolve } from '../../src/outbound/resolve.js';
import { createCertificate } from '../support/certificate.js';
import { createTestClock } from '../support/clock.js';
import { babble, createProxy, hangUp, ignore, type ProxyAnswer, refuse, type TestProxy } from '../support/proxy.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';
import { MALICIOUS } from './malicious-urls.js';

const closed = createPolicy({ allowHttp: true, allowCidrs: [] });
// In these tests 127.0.0.0/8 stands for the public network, and 10.0.0.0/8 for the inside.
const open = createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'] });
const everything = createPolicy({ allowHttp: true, allowCidrs: ['0.0.0.0/0', '::/0'] });
const PUBLIC: LookupAddress = { address: '127.0.0.1', family: 4 };
const OTHER: LookupAddress = { address: '127.0.0.2', family: 4 };
const INSIDE: LookupAddress = { address: '10.0.0.1', family: 4 };
const NAME = 'hooks.example.com';

let proxy: TestProxy;
let receiver: Receiver;
let outbound: Outbound;

function start(options: Partial<OutboundOptions> = {}, settings: Partial<ProxySettings> = {}): void {
  outbound = createOutbound({
    policy: open,
    resolve: async () => [PUBLIC],
    proxy: { url: proxy.url, except: [], told: 'ADDRESS', ...settings },
    ...options,
  });
}

const nobodyKnows: Resolve = () => Promise.reject(new Error('getaddrinfo ENOTFOUND'));

async function failure(call: Promise<unknown>): Promise<OutboundError> {
  return call.then(
    () => {
      throw new Error('the call did not fail');
    },
    (error: OutboundError) => error,
  );
}

const told = (): string[] => proxy.asked.map(({ authority }) => authority);

beforeEach(async () => {
  proxy = await createProxy();
  receiver = await createReceiver();
});

afterEach(async () => {
  await outbound.close();
  await proxy.close();
  await receiver.close();
});

describe('a call through the proxy', () => {
  it('is made by CONNECT for plain http too, and arrives as without it', async () => {
    start();
    const url = `http://${NAME}:${receiver.port}/hook?x=1`;
    const response = await outbound.request({ url, headers: { 'x-a': 'b' }, body: 'hello' });
    expect(response.status).toBe(200);
    expect(receiver.requests[0]).toMatchObject({ method: 'POST', path: '/hook?x=1', text: 'hello' });
    expect(receiver.requests[0]?.headers).toMatchObject({ host: `${NAME}:${receiver.port}`, 'x-a': 'b' });
    expect(told()).toEqual([`127.0.0.1:${receiver.port}`]);
    expect(proxy.others).toEqual([]);
  });

  it('sends credentials to the proxy alone, whatever characters they have', async () => {
    start({}, { url: proxy.url.replace('//', '//us%C3%A9r:p%40ss%3Aw%2Frd%25@') });
    await outbound.request({ url: receiver.url });
    expect(proxy.asked[0]?.authorization).toBe(`Basic ${Buffer.from('usér:p@ss:w/rd%').toString('base64')}`);
    expect(Object.keys(receiver.requests[0]?.headers ?? {}).filter((name) => name.startsWith('proxy'))).toEqual([]);
  });

  it('sends no credentials where there are none', async () => {
    start();
    await outbound.request({ url: receiver.url });
    expect(proxy.asked[0]?.authorization).toBeUndefined();
  });

  it('keeps its tunnel and uses it again, but never for another partition', async () => {
    start({ connections: 1 });
    for (let i = 0; i < 5; i++) await outbound.request({ url: receiver.url, partition: 'account-1' });
    expect(proxy.asked).toHaveLength(1);
    await outbound.request({ url: receiver.url, partition: 'account-2' });
    expect(proxy.asked).toHaveLength(2);
  });

  it.each(['ADDRESS', 'NAME'] as const)(
    'checks the certificate of the endpoint by its name, told as %s',
    async (as) => {
      const certificate = createCertificate({ hosts: [NAME] });
      const secure = await createReceiver(undefined, { certificate });
      start({ ca: [certificate.cert] }, { told: as });
      expect(await outbound.request({ url: `https://${NAME}:${secure.port}/` })).toMatchObject({ status: 200 });
      const other = await failure(
        outbound.request({ url: `https://other.example.com:${secure.port}/`, body: 'secret' }),
      );
      expect(other).toMatchObject({ reason: 'TLS', sent: false });
      expect(secure.requests).toHaveLength(1);
      expect(told()[0]).toBe(`${as === 'NAME' ? NAME : '127.0.0.1'}:${secure.port}`);
      await secure.close();
    },
  );

  it('shows the client certificate to the endpoint, not to the proxy', async () => {
    const own = createCertificate({ hosts: [NAME], name: 'own' });
    const client = createCertificate({ hosts: ['client'], name: 'client' });
    const demanding = { ...own, requestCert: true, rejectUnauthorized: true, ca: [client.cert] };
    const secure = await createReceiver(undefined, { certificate: demanding });
    start();
    const url = `https://${NAME}:${secure.port}/`;
    const tls = { id: 'a', ca: own.cert, certificate: client.cert, privateKey: client.key };
    expect(await outbound.request({ url, tls })).toMatchObject({ status: 200 });
    const without = await failure(outbound.request({ url, tls: { id: 'b', ca: own.cert } }));
    expect(without).toMatchObject({ reason: 'TLS', message: expect.stringContaining('client certificate') });
    await secure.close();
  });

  it('may go through a proxy that speaks TLS, to an endpoint that does', async () => {
    const certificate = createCertificate({ hosts: ['127.0.0.1', NAME] });
    const secureProxy = await createProxy(certificate);
    const secure = await createReceiver(undefined, { certificate });
    start({ ca: [certificate.cert] }, { url: secureProxy.url });
    expect(await outbound.request({ url: `https://${NAME}:${secure.port}/` })).toMatchObject({ status: 200 });
    expect(await outbound.request({ url: `http://${NAME}:${receiver.port}/` })).toMatchObject({ status: 200 });
    expect(secureProxy.asked).toHaveLength(2);
    await secureProxy.close();
    await secure.close();
  });

  it('tells a proxy nothing whose certificate is not trusted', async () => {
    const secureProxy = await createProxy(createCertificate({ hosts: ['127.0.0.1'] }));
    start({}, { url: secureProxy.url.replace('//', '//user:hidden@') });
    expect(await failure(outbound.request({ url: receiver.url }))).toMatchObject({ reason: 'PROXY', sent: false });
    expect(secureProxy.asked).toEqual([]);
    await secureProxy.close();
  });
});

describe('the guard in front of the proxy', () => {
  it('tells it no malicious URL, in whatever spelling', async () => {
    start({ policy: closed });
    const outcomes = await Promise.allSettled(
      MALICIOUS.map((url) => outbound.request({ url: url.replaceAll('PORT', String(receiver.port)) })),
    );
    expect(MALICIOUS.filter((_, i) => outcomes[i]?.status === 'fulfilled')).toEqual([]);
    expect(proxy.connections).toBe(0);
  });

  it.each([
    ['an inside address', [INSIDE]],
    ['an inside address among public ones', [PUBLIC, INSIDE]],
    ['a metadata address', [{ address: '169.254.169.254', family: 4 }]],
    ['a metadata address in IPv6 clothes', [{ address: '::ffff:169.254.169.254', family: 6 }]],
  ])('tells it no name that resolves to %s', async (_what, addresses) => {
    for (const as of ['ADDRESS', 'NAME'] as const) {
      start({ resolve: async () => addresses }, { told: as });
      const error = await failure(outbound.request({ url: `http://${NAME}:${receiver.port}/` }));
      expect(error).toMatchObject({ reason: 'BLOCKED_ADDRESS', sent: false });
      await outbound.close();
    }
    expect(proxy.connections).toBe(0);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://2852039166/',
    'http://168.63.129.16/',
    'http://100.100.100.200/',
  ])('tells it nothing of %s even where every range is opened', async (url) => {
    start({ policy: everything });
    expect(await failure(outbound.request({ url }))).toMatchObject({ reason: 'BLOCKED_ADDRESS' });
    expect(proxy.connections).toBe(0);
  });

  it('judges a URL that names the proxy like any other, though the proxy itself may be anywhere', async () => {
    start({ policy: closed });
    for (const url of [proxy.url, `http://localhost:${proxy.port}/`]) {
      expect(await failure(outbound.request({ url }))).toMatchObject({ reason: 'BLOCKED_ADDRESS' });
    }
    expect(proxy.connections).toBe(0);
    await outbound.close();
    start({ policy: closed, resolve: async () => [{ address: '93.184.215.14', family: 4 }] });
    expect(await outbound.request({ url: `http://${NAME}:${receiver.port}/` })).toMatchObject({ status: 200 });
    expect(told()).toEqual([`93.184.215.14:${receiver.port}`]);
  });

  it('tells a name that nobody here knows, as closed networks know no public ones', async () => {
    start({ policy: closed, resolve: nobodyKnows });
    expect(await outbound.request({ url: `http://${NAME}.:${receiver.port}/` })).toMatchObject({ status: 200 });
    expect(told()).toEqual([`${NAME}:${receiver.port}`]);
    await outbound.close();
    start({ policy: closed, resolve: async () => [] });
    expect(await outbound.request({ url: `http://${NAME}:${receiver.port}/` })).toMatchObject({ status: 200 });
  });

  it.each([
    'metadata.google.internal',
    'intranet',
    'printer.local',
    'wiki.corp',
    'localhost',
    'x.localhost',
    'nas.home.arpa',
    'WIKI.CORP.',
  ])('never tells %s, which nobody here knows and which can only be an inside name', async (host) => {
    for (const policy of [closed, open, everything]) {
      start({ policy, resolve: nobodyKnows });
      const error = await failure(outbound.request({ url: `http://${host}:${receiver.port}/` }));
      expect(['BLOCKED_ADDRESS', 'DNS']).toContain(error.reason);
      await outbound.close();
    }
    expect(proxy.connections).toBe(0);
  });

  it('tells the address it has checked, so that a name which turns inward afterwards leads nowhere', async () => {
    const clock = createTestClock();
    const answers = [[PUBLIC], [INSIDE]];
    start({ clock, resolve: async () => answers.shift() ?? [INSIDE] });
    receiver.script(answer(200, '', { connection: 'close' }));
    await outbound.request({ url: `http://${NAME}:${receiver.port}/` });
    await receiver.disconnected();
    clock.advance(10_001);
    const error = await failure(outbound.request({ url: `http://${NAME}:${receiver.port}/` }));
    expect(error).toMatchObject({ reason: 'BLOCKED_ADDRESS' });
    expect(told()).toEqual([`127.0.0.1:${receiver.port}`]);
  });

  it('tells the checked name where the proxy is to filter by names', async () => {
    start({}, { told: 'NAME' });
    await outbound.request({ url: `http://${NAME}:${receiver.port}/` });
    expect(told()).toEqual([`${NAME}:${receiver.port}`]);
  });

  it('tells the next address of a name when the proxy does not reach one, IPv4 first', async () => {
    const six: LookupAddress = { address: '2606:4700::1111', family: 6 };
    start({ resolve: async () => [six, OTHER, PUBLIC] });
    proxy.script(refuse(502), refuse(503));
    expect(await outbound.request({ url: `http://${NAME}:${receiver.port}/` })).toMatchObject({ status: 200 });
    expect(told()).toEqual(['127.0.0.2', '127.0.0.1', '[2606:4700::1111]'].map((host) => `${host}:${receiver.port}`));
  });
});

describe('an exception', () => {
  it.each<[string, string, LookupAddress[]]>([
    ['the host', NAME, [PUBLIC]],
    ['the host in other letters', 'HOOKS.Example.com', [PUBLIC]],
    ['the domain', '.example.com', [PUBLIC]],
    ['the address that it has', '127.0.0.1', [PUBLIC]],
    ['the range of all its addresses', '127.0.0.0/30', [PUBLIC, OTHER]],
  ])('by %s is called directly', async (_what, except, addresses) => {
    start({ resolve: async () => addresses }, { except: ['unrelated.example', except] });
    await outbound.request({ url: `http://${NAME}:${receiver.port}/` });
    expect(receiver.requests).toHaveLength(1);
    expect(proxy.connections).toBe(0);
  });

  it('for an address holds for URLs that have it written out', async () => {
    start({}, { except: ['127.0.0.0/8'] });
    await outbound.request({ url: receiver.url });
    expect(proxy.connections).toBe(0);
  });

  it.each<[string, string, LookupAddress[]]>([
    ['another host of the domain', 'example.com', [PUBLIC]],
    ['a domain that merely ends alike', '.ample.com', [PUBLIC]],
    ['some of its addresses', '127.0.0.2/32', [PUBLIC, OTHER]],
  ])('does not come from %s', async (_what, except, addresses) => {
    start({ resolve: async () => addresses }, { except: [except] });
    await outbound.request({ url: `http://${NAME}:${receiver.port}/` });
    expect(proxy.asked).toHaveLength(1);
  });

  it('opens nothing that the guard refuses', async () => {
    start({ policy: closed }, { except: ['127.0.0.0/8', NAME, 'localhost'] });
    for (const url of [receiver.url, `http://${NAME}:${receiver.port}/`, `http://localhost:${receiver.port}/`]) {
      expect(await failure(outbound.request({ url }))).toMatchObject({ reason: 'BLOCKED_ADDRESS' });
    }
    expect(receiver.connections).toBe(0);
  });

  it('that is not known here fails as DNS, as its name is not for the proxy', async () => {
    start({ resolve: nobodyKnows }, { except: ['.example.com'] });
    expect(await failure(outbound.request({ url: `http://${NAME}/` }))).toMatchObject({ reason: 'DNS' });
    expect(proxy.connections).toBe(0);
  });
});

describe('a proxy that opens no connection', () => {
  it.each<[string, ProxyAnswer, string, RegExp]>([
    ['asks for other credentials', refuse(407, 'Proxy-Authenticate: Basic realm="x"\r\n'), 'PROXY', /credentials.*407/],
    ['forbids the host', refuse(403), 'PROXY', /does not allow.*403/],
    ['does not reach the endpoint', refuse(502), 'CONNECT', /could not reach the endpoint \(502\)/],
    ['is overloaded', refuse(503), 'CONNECT', /503/],
    ['does not reach the endpoint in time', refuse(504), 'TIMEOUT', /in time \(504\)/],
    ['redirects', refuse(302, 'Location: http://127.0.0.1/\r\n'), 'PROXY', /answered 302/],
    ['answers with interim answers', refuse(100), 'PROXY', /answered 100/],
    ['does not speak HTTP', babble('SSH-2.0-x'), 'PROXY', /does not speak HTTP/],
    ['hangs up', hangUp(), 'PROXY', /could not be reached \(ECONNRESET\)/],
  ])('because it %s is told as such, without credentials and addresses', async (_what, does, reason, text) => {
    start({}, { url: proxy.url.replace('//', '//user:hidden@') });
    proxy.script(does);
    const error = await failure(outbound.request({ url: receiver.url, body: 'secret' }));
    expect(error).toMatchObject({ reason, sent: false, message: expect.stringMatching(text) });
    expect(error.message).not.toMatch(/127|\d+\.\d+/);
    const encoded = Buffer.from('user:hidden').toString('base64');
    expect(inspect(error, { depth: 10 })).not.toMatch(
      new RegExp(`hidden|${encoded}|${Buffer.from(encoded).toString('hex')}`),
    );
    expect(receiver.connections).toBe(0);
    expect(await outbound.request({ url: receiver.url })).toMatchObject({ status: 200 });
  });

  it('because it is down is told as such', async () => {
    start({}, { url: proxy.url.replace('//', '//user:hidden@') });
    await proxy.close();
    const error = await failure(outbound.request({ url: receiver.url }));
    expect(error).toMatchObject({ reason: 'PROXY', sent: false, message: expect.stringContaining('ECONNREFUSED') });
    expect(error.message).not.toMatch(/127|\d+\.\d+/);
    expect(inspect(error, { depth: 10 })).not.toContain('hidden');
    proxy = await createProxy();
  });

  it('because it says nothing is left after the limit of a connection', async () => {
    const clock = createTestClock();
    start({ clock, resolve: async () => [PUBLIC, OTHER] });
    proxy.script(ignore());
    const call = failure(outbound.request({ url: `http://${NAME}:${receiver.port}/` }));
    await proxy.askedTimes(1);
    clock.advance(5_000);
    expect(await call).toMatchObject({ reason: 'TIMEOUT', sent: false, message: expect.stringContaining('proxy') });
    expect(proxy.asked).toHaveLength(1);
  });

  it('holds up neither a call to an exception nor the end of the server', async () => {
    start({}, { except: [NAME] });
    proxy.script(ignore());
    const call = failure(outbound.request({ url: receiver.url }));
    await proxy.askedTimes(1);
    expect(await outbound.request({ url: `http://${NAME}:${receiver.port}/` })).toMatchObject({ status: 200 });
    await outbound.close();
    expect(await call).toMatchObject({ reason: 'ABORTED', sent: false });
  });
});
