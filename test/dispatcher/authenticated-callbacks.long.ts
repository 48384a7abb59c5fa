import { verify, X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CallbackRefused, createCallbackVerifier } from '../../src/client/client.js';
import { parseSigningPublicKey } from '../../src/outbound/signature-v1a.js';
import {
  type Caller,
  createBot,
  createCaller,
  goLive,
  type LiveChannel,
  startTestApp,
  type TestApp,
} from '../support/app.js';
import { createCertificate } from '../support/certificate.js';
import { setSettings, useSettings } from '../support/delivery-settings.js';
import { eventually } from '../support/eventually.js';
import { echo, engineOf } from '../support/own-bot.js';
import { answer, createGate, createReceiver, hold, json, type Received, type Receiver } from '../support/receiver.js';

let app: TestApp;
let caller: Caller;
let botId: string;
const receivers: Receiver[] = [];

beforeAll(async () => {
  app = await startTestApp(engineOf(echo));
  caller = await createCaller(app);
  botId = await createBot(app);
});
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});
afterAll(() => app.remove());

async function receive(...parameters: Parameters<typeof createReceiver>): Promise<Receiver> {
  const receiver = await createReceiver(...parameters);
  receivers.push(receiver);
  return receiver;
}

let channels = 0;
async function open(receiver: Receiver, more: Record<string, unknown> = {}): Promise<LiveChannel> {
  channels += 1;
  const [channel] = await goLive(app, botId, [
    {
      name: `line ${channels}`,
      appClientId: caller.clientId,
      mode: 'ASYNC',
      postUrl: `${receiver.url}/inbox`,
      ...more,
    },
  ]);
  if (!channel) throw new Error('no channel');
  return channel;
}

const say = ({ path }: LiveChannel, text: string, user = 'u') =>
  app.post(path, { message: { text }, from: { id: user } }, caller.headers());

/** What comes in next. */
async function next(receiver: Receiver, channel: LiveChannel): Promise<Received> {
  const before = receiver.requests.length;
  await say(channel, 'hello');
  const request = (await receiver.received(before + 1)).at(-1);
  if (!request) throw new Error('nothing came in');
  return request;
}

describe('callbacks of a channel', () => {
  it('carry the headers that were approved, in place of those before', async () => {
    const receiver = await receive();
    const channel = await open(receiver);
    await useSettings(app, channel.id, {
      headers: [
        { name: 'X-Tenant', value: 'acme' },
        { name: 'ocp-apim-subscription-key', value: 'key-1' },
        { name: 'user-agent', value: 'acme-bot/1' },
      ],
    });
    const first = await next(receiver, channel);
    expect(first.headers).toMatchObject({
      'x-tenant': 'acme',
      'ocp-apim-subscription-key': 'key-1',
      'user-agent': 'acme-bot/1',
      'content-type': 'application/json; charset=utf-8',
    });
    expect(first.headers.authorization).toBeUndefined();
    const { channel: shown } = await useSettings(app, channel.id, {
      headers: [{ name: 'Ocp-Apim-Subscription-Key' }, { name: 'X-Region', value: 'eu' }],
    });
    expect(shown.deliverySettings.headerNames).toEqual(['ocp-apim-subscription-key', 'x-region']);
    const second = await next(receiver, channel);
    expect(second.headers).toMatchObject({ 'ocp-apim-subscription-key': 'key-1', 'x-region': 'eu' });
    expect(second.headers['x-tenant']).toBeUndefined();
  });

  it.each([
    ['BASIC', { kind: 'BASIC', username: 'bot', secret: 'pä:ss' }, { authorization: `Basic ${base64('bot:pä:ss')}` }],
    ['HEADER', { kind: 'HEADER', header: 'X-Api-Key', secret: 'Key abc' }, { 'x-api-key': 'Key abc' }],
    ['BEARER', { kind: 'BEARER', secret: 'token-2' }, { authorization: 'Bearer token-2' }],
    ['NONE', { kind: 'NONE' }, { authorization: undefined }],
  ])('authenticate themselves by %s, once it is approved', async (kind, auth, headers) => {
    const receiver = await receive();
    const channel = await open(receiver, { accessToken: 'token-1' });
    const { approvalRequest, channel: shown } = await setSettings(app, channel.id, { auth });
    expect(shown.deliverySettings.auth).toBe(kind);
    expect((await next(receiver, channel)).headers.authorization).toBe('Bearer token-1');
    await app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: approvalRequest?.id });
    const { headers: sent } = await next(receiver, channel);
    for (const [name, value] of Object.entries(headers)) expect(sent[name]).toBe(value);
    if (kind !== 'BEARER') expect(sent.authorization).not.toBe('Bearer token-1');
  });

  it('go on as approved while other settings wait, and after they were rejected', async () => {
    const receiver = await receive();
    const channel = await open(receiver);
    const { approvalRequest } = await setSettings(app, channel.id, { headers: [{ name: 'x-a', value: '1' }] });
    expect((await next(receiver, channel)).headers['x-a']).toBeUndefined();
    await app.gql('mutation($id: ID!) { reject(requestId: $id, reason: "no") { status } }', {
      id: approvalRequest?.id,
    });
    expect((await next(receiver, channel)).headers['x-a']).toBeUndefined();
  });

  it('show a client certificate, and trust a private authority', async () => {
    const server = createCertificate({ hosts: ['127.0.0.1'] });
    const client = createCertificate({ hosts: ['client.example.com'] });
    const seen: unknown[] = [];
    const receiver = await receive(
      (exchange) => {
        seen.push(exchange.socket instanceof TLSSocket && exchange.socket.getPeerCertificate().fingerprint256);
        return answer(200)(exchange);
      },
      { certificate: { ...server, requestCert: true, ca: client.cert } },
    );
    const channel = await open(receiver);
    const { channel: shown } = await useSettings(app, channel.id, {
      clientCertificate: { certificate: client.cert, privateKey: client.key },
      certificateAuthority: server.cert,
    });
    expect(shown.deliverySettings).toMatchObject({ hasClientCertificate: true, hasCertificateAuthority: true });
    await next(receiver, channel);
    expect(seen).toEqual([new X509Certificate(client.cert).fingerprint256]);
  });
});

describe('callbacks with a token of OAuth 2.0', () => {
  const credentials = (server: Receiver) => ({
    kind: 'OAUTH2',
    tokenUrl: `${server.url}/token`,
    clientId: 'client 1',
    secret: 's+e/c',
    scope: 'messages',
    audience: 'https://receiver.example.com',
  });
  const token = (value: string, life = 3600) =>
    json(200, { access_token: value, token_type: 'Bearer', expires_in: life });

  it('fetch it once for all conversations, and keep it', async () => {
    const gate = createGate();
    const server = await receive(hold(gate.opened, token('first')));
    const receiver = await receive();
    const channel = await open(receiver);
    await useSettings(app, channel.id, { auth: credentials(server) });
    for (const user of ['a', 'b', 'c', 'd']) await say(channel, 'hello', user);
    await server.received(1);
    gate.open();
    const requests = await receiver.received(4);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill('Bearer first'));
    await next(receiver, channel);
    expect(server.requests).toHaveLength(1);
    const [asked] = server.requests;
    expect(asked?.headers.authorization).toBe(`Basic ${base64('client+1:s%2Be%2Fc')}`);
    expect(Object.fromEntries(new URLSearchParams(asked?.text))).toEqual({
      grant_type: 'client_credentials',
      scope: 'messages',
      audience: 'https://receiver.example.com',
    });
  });

  it('fetch another when the receiver refuses it, and are POSTed once more', async () => {
    const server = await receive(token('second'));
    server.script(token('first'));
    const receiver = await receive();
    const channel = await open(receiver);
    await useSettings(app, channel.id, { auth: credentials(server) });
    receiver.script(answer(401), answer(200));
    await say(channel, 'hello');
    const requests = await receiver.received(2);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
    expect(new Set(requests.map(({ headers }) => `${headers['webhook-id']} ${headers['webhook-attempt']}`)).size).toBe(
      1,
    );
    await next(receiver, channel);
    expect(server.requests).toHaveLength(2);
  });

  it('end as their receiver says when it refuses the other one too', async () => {
    const server = await receive(token('same'));
    const receiver = await receive(answer(401));
    const channel = await open(receiver);
    await useSettings(app, channel.id, { auth: credentials(server) });
    await say(channel, 'hello');
    await receiver.received(2);
    const [attempt] = await attempts(channel);
    expect(attempt).toMatchObject({ statusCode: 401 });
    expect(receiver.requests).toHaveLength(2);
  });

  it('fetch it with the credentials in the body where the server takes them nowhere else', async () => {
    const server = await receive(token('first'));
    server.script(json(401, { error: 'invalid_client' }));
    const receiver = await receive();
    const channel = await open(receiver);
    await useSettings(app, channel.id, { auth: credentials(server) });
    expect((await next(receiver, channel)).headers.authorization).toBe('Bearer first');
    expect(Object.fromEntries(new URLSearchParams(server.requests[1]?.text))).toMatchObject({
      client_id: 'client 1',
      client_secret: 's+e/c',
    });
    expect(server.requests[1]?.headers.authorization).toBeUndefined();
  });

  it('are not POSTed without one, and say why without a secret', async () => {
    const server = await receive(json(400, { error: 'invalid_scope', error_description: 's+e/c' }));
    const receiver = await receive();
    const channel = await open(receiver);
    await useSettings(app, channel.id, { auth: credentials(server) });
    await say(channel, 'hello');
    const [attempt] = await attempts(channel);
    expect(attempt).toMatchObject({
      statusCode: null,
      error: 'TOKEN: The token URL answered 400 (invalid_scope).',
      responseBody: null,
    });
    expect(receiver.requests).toEqual([]);
  });
});

describe('callbacks signed with ed25519', () => {
  const keysOf = async ({ id }: LiveChannel) => {
    const response = await fetch(`${app.url}/chatbot/keys/${id}`);
    expect(response.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    return ((await response.json()) as { keys: { kid: string; type: string; publicKey: string }[] }).keys;
  };
  function verifiedBy({ headers, text }: Received, publicKey: string): boolean {
    const message = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`);
    const key = parseSigningPublicKey(publicKey);
    return String(headers['webhook-signature'])
      .split(' ')
      .filter((entry) => entry.startsWith('v1a,'))
      .some((entry) => verify(null, message, key, Buffer.from(entry.slice(4), 'base64')));
  }

  it('are verified with the public key that anybody can read, before and after a rotation', async () => {
    const receiver = await receive();
    const channel = await open(receiver);
    expect(await keysOf(channel)).toEqual([]);
    await useSettings(app, channel.id, { signatures: ['V1A', 'V1'] });
    const [key, ...others] = await keysOf(channel);
    expect(others).toEqual([]);
    expect(key).toEqual({ kid: expect.any(String), type: 'ed25519', publicKey: expect.stringMatching(/^whpk_/) });
    const first = await next(receiver, channel);
    expect(first.headers['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+$/);
    expect(verifiedBy(first, key?.publicKey ?? '')).toBe(true);
    await app.gql('mutation($id: ID!) { rotateSigningSecret(channelId: $id, overlapSeconds: 60) { message } }', {
      id: channel.id,
    });
    const keys = await keysOf(channel);
    expect(keys).toHaveLength(2);
    expect(keys[1]).toEqual(key);
    const second = await next(receiver, channel);
    for (const { publicKey } of keys) expect(verifiedBy(second, publicKey)).toBe(true);
    await app.gql('mutation($id: ID!) { rotateSigningSecret(channelId: $id, overlapSeconds: 0) { message } }', {
      id: channel.id,
    });
    expect(await keysOf(channel)).toHaveLength(1);
    await useSettings(app, channel.id, { signatures: ['V1A'] });
    expect((await next(receiver, channel)).headers['webhook-signature']).toMatch(/^v1a,\S+$/);
  });

  it('are verified by the client, which fetches the keys and keeps up with their rotation', async () => {
    const receiver = await receive();
    const channel = await open(receiver);
    await useSettings(app, channel.id, { signatures: ['V1A'] });
    let later = 0;
    const verifyCallback = createCallbackVerifier({
      keysUrl: `${app.url}/chatbot/keys/${channel.id}`,
      surroundings: { now: () => Date.now() + later },
    });
    const [first, second] = [await next(receiver, channel), await next(receiver, channel)];
    for (const { headers, body } of [first, second]) expect((await verifyCallback(headers, body)).to).toBe('u');
    await expect(verifyCallback(first.headers, second.body)).rejects.toThrow(CallbackRefused);
    await app.gql('mutation($id: ID!) { rotateSigningSecret(channelId: $id, overlapSeconds: 0) { message } }', {
      id: channel.id,
    });
    later = 61_000; // by then a signature of an unknown key makes it look again
    const third = await next(receiver, channel);
    expect((await verifyCallback(third.headers, third.body)).to).toBe('u');
    await expect(verifyCallback(first.headers, first.body)).rejects.toThrow(CallbackRefused);
  });

  it('have no keys where there is no such channel', async () => {
    const response = await fetch(`${app.url}/chatbot/keys/ivrInst-none`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ code: 404 }] });
  });
});

/** The attempts of the channel's first delivery, once there is one. */
async function attempts({ id }: LiveChannel) {
  const ask = async () => {
    const { deliveries } = await app.gql(
      'query($id: ID!) { deliveries(channelId: $id, first: 1) { edges { node { attempts { statusCode error responseBody } } } } }',
      { id },
    );
    return deliveries.edges[0]?.node.attempts ?? [];
  };
  return eventually(ask, ({ length }) => length > 0);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
