import { afterEach, describe, expect, it } from 'vitest';
import type { OutboundResponse } from '../../src/outbound/exchange.js';
import { createPolicy } from '../../src/outbound/guard.js';
import { createOutbound, type Outbound } from '../../src/outbound/request.js';
import { createSecureContexts, type OutboundTls } from '../../src/outbound/secure-contexts.js';
import { explainTls } from '../../src/outbound/tls-failure.js';
import { createCertificate } from '../support/certificate.js';
import { answer, createReceiver, type Receiver, type ReceiverOptions } from '../support/receiver.js';

const policy = createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'] });
const hosts = ['127.0.0.1'];
const usual = createCertificate({ hosts, name: 'usual' }); // stands for what the system trusts
const own = createCertificate({ hosts, name: 'own' });
const client = createCertificate({ hosts: ['client'], name: 'client' });
const otherClient = createCertificate({ hosts: ['client'], name: 'other client' });
const tls: OutboundTls = { id: 'channel-1', certificate: client.cert, privateKey: client.key, ca: own.cert };

const receivers: Receiver[] = [];
let outbound: Outbound | undefined;

async function start(certificate: ReceiverOptions['certificate']): Promise<Receiver> {
  const receiver = await createReceiver(
    ({ request, response, socket }) => {
      const peer = 'getPeerCertificate' in socket ? (socket.getPeerCertificate as () => { raw?: Buffer })() : {};
      return answer(200, peer.raw?.toString('base64') ?? '')({ request, response, socket });
    },
    { ...(certificate && { certificate }) },
  );
  receivers.push(receiver);
  return receiver;
}

afterEach(async () => {
  await outbound?.close();
  outbound = undefined;
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

function post(url: string, given?: OutboundTls): Promise<OutboundResponse> {
  outbound ??= createOutbound({ policy, ca: [usual.cert], connections: 1 });
  return outbound.request({ url, body: 'secret', ...(given && { tls: given }) });
}

/** The certificate that the endpoint has seen, as it answers it. */
const seen = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s/g, '');

describe('a private authority', () => {
  it('is trusted for its endpoint, in addition to the usual ones', async () => {
    for (const certificate of [own, usual]) {
      const { url } = await start(certificate);
      expect(await post(url, { id: 'a', ca: own.cert })).toMatchObject({ status: 200 });
    }
  });

  it('may come as a bundle of several', async () => {
    const { url } = await start(own);
    const ca = `# ours\n${client.cert}\n\n${own.cert}`;
    expect(await post(url, { id: 'a', ca })).toMatchObject({ status: 200 });
  });

  it('is trusted by nobody else', async () => {
    const { url } = await start(own);
    await post(url, { id: 'a', ca: own.cert });
    for (const other of [undefined, { id: 'b' }, { id: 'c', ca: client.cert }]) {
      const call = post(url, other);
      await expect(call).rejects.toMatchObject({ reason: 'TLS', message: expect.stringContaining('No authority') });
    }
  });

  it.each([
    ['no certificate', 'nothing'],
    ['a private key', own.key],
    ['a damaged certificate', own.cert.replace(/\n[^\n]{10}/, '\nAAAAAAAAAA')],
  ])('that is %s is refused before anything is called', async (_what, ca) => {
    const receiver = await start(own);
    const call = post(receiver.url, { id: 'a', ca });
    await expect(call).rejects.toMatchObject({ reason: 'TLS', sent: false, message: expect.stringContaining('PEM') });
    expect(receiver.connections).toBe(0);
  });
});

describe('a client certificate', () => {
  const demanding = { ...own, requestCert: true, rejectUnauthorized: true, ca: [client.cert] };

  it('is shown to the endpoint that asks for one', async () => {
    const { url } = await start(demanding);
    expect((await post(url, tls)).body.toString()).toBe(seen(client.cert));
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('that is missing is told as such, over %s', async (maxVersion) => {
    const receiver = await start({ ...demanding, maxVersion });
    const call = post(receiver.url, { id: 'a', ca: own.cert });
    await expect(call).rejects.toMatchObject({ reason: 'TLS', message: expect.stringContaining('client certificate') });
    expect(receiver.requests).toEqual([]);
  });

  it('that the endpoint does not know gets no answer', async () => {
    const receiver = await start(demanding);
    const stranger = { ...tls, certificate: otherClient.cert, privateKey: otherClient.key };
    await expect(post(receiver.url, stranger)).rejects.toMatchObject({ name: 'OutboundError' });
    expect(receiver.requests).toEqual([]);
  });

  it.each<[string, Partial<OutboundTls>]>([
    ['without its key', { certificate: client.cert }],
    ['that is missing beside its key', { privateKey: client.key }],
    ['with the key of another', { certificate: client.cert, privateKey: otherClient.key }],
    ['that is no PEM', { certificate: 'x', privateKey: client.key }],
    ['whose key is no PEM', { certificate: client.cert, privateKey: 'x' }],
  ])('%s is refused before anything is called, and not shown', async (_what, given) => {
    const receiver = await start(demanding);
    const call = post(receiver.url, { id: 'a', ca: own.cert, ...given });
    await expect(call).rejects.toMatchObject({ reason: 'TLS', sent: false, message: expect.stringMatching(/key/) });
    await expect(call).rejects.not.toThrow(/BEGIN|MII/);
    expect(receiver.connections).toBe(0);
  });

  it('is not asked about by plain http', async () => {
    const { url } = await start(undefined);
    expect(await post(url, tls)).toMatchObject({ status: 200 });
  });
});

describe('connections', () => {
  it('are kept for one id, and never shared with another', async () => {
    const receiver = await start(own);
    for (const id of ['a', 'b', 'a', 'b']) await post(receiver.url, { ...tls, id });
    expect(receiver.requests.map(({ connection }) => connection)).toEqual([0, 1, 0, 1]);
  });

  it('are replaced when the certificates of an id are', async () => {
    const { url } = await start({ ...own, requestCert: true, rejectUnauthorized: false, ca: [client.cert] });
    const renewed = { ...tls, certificate: otherClient.cert, privateKey: otherClient.key };
    expect((await post(url, tls)).body.toString()).toBe(seen(client.cert));
    expect((await post(url, renewed)).body.toString()).toBe(seen(otherClient.cert));
  });
});

describe('the contexts behind them', () => {
  it('are made once for an id, and so many at most are kept', () => {
    const contextOf = createSecureContexts([usual.cert], 2);
    const first = contextOf({ id: 'first' });
    expect(contextOf({ id: 'first' })).toBe(first);
    contextOf({ id: 'second' });
    contextOf({ id: 'third' });
    expect(contextOf({ id: 'first' })).not.toBe(first);
    expect(contextOf(undefined)).toBe(contextOf(undefined));
  });
});

describe('a failure of TLS', () => {
  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /asks for a client certificate/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /refused the handshake/],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', /refused the handshake/],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', /did not accept the client certificate/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /did not accept the client certificate/],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', /did not accept the client certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /did not accept the client certificate/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /No authority/],
    ['CERT_HAS_EXPIRED', /has expired/],
  ])('%s is explained', (code, text) => {
    expect(explainTls(code)).toMatch(text);
  });

  it.each(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'toString', ''])(
    '"%s" says nothing of its own',
    (code) => {
      expect(explainTls(code)).toBeNull();
    },
  );
});
