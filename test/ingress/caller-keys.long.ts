import { createSecretKey } from 'node:crypto';
import { CompactEncrypt, importJWK } from 'jose';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { type CallerKey, ecKey, rsaKey } from '../support/caller-keys.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

const BODY = { message: { text: 'hm' }, from: { id: 'u1' } };

describe('a caller with keys of its own', () => {
  let app: TestApp;
  let publisher: Receiver;
  const rsa = rsaKey();
  const nextRsa = rsaKey();
  const ec = ecKey();
  const nextEc = ecKey();
  let published: Record<string, unknown>[] = [];

  beforeAll(async () => {
    publisher = await createReceiver(({ response }) => void response.end(JSON.stringify({ keys: published })));
    app = await startTestApp({ env: { RATE_LIMIT_REFUSED_TOKENS: '40', TRUSTED_PROXIES: '127.0.0.0/8' } });
  });
  afterAll(async () => {
    await app.remove();
    await publisher.close();
  });

  let callers = 0;
  /** A caller at an address of its own, and the status that a message of it gets. */
  async function lineOf(input: Record<string, unknown>, key?: CallerKey) {
    const caller = await createCaller(app, input, key?.privateKey);
    const [channel] = await goLive(app, await createBot(app), [{ appClientId: caller.clientId }]);
    const path = channel?.path ?? '';
    callers += 1;
    const from = { 'x-forwarded-for': `192.0.2.${callers}` };
    const send = async (token: string) =>
      (await app.post(path, BODY, { authorization: `Bearer ${token}`, ...from })).status;
    const signed = (by: CallerKey, options: jwt.SignOptions = {}) =>
      jwt.sign({ appId: caller.clientId, sub: 'u' }, by.privateKey, {
        algorithm: input.algorithm as never,
        ...options,
      });
    return { caller, path, send, signed };
  }

  it.each([
    ['RS256', rsa, nextRsa],
    ['RS512', rsa, nextRsa],
    ['ES256', ec, nextEc],
  ])(
    'signs by %s, changes over while two keys are listed, and is refused with one that is not',
    async (algorithm, first, second) => {
      const { caller, send, signed } = await lineOf({ algorithm, publicKeys: [first.pem] });
      expect(await send(signed(first))).toBe(200);
      expect(await send(signed(first, { keyid: 'whatever' }))).toBe(200);
      expect(await send(signed(second))).toBe(401);
      const list = (publicKeys: string[]) =>
        app.gql('mutation($id: ID!, $k: [String!]) { setAppKeys(clientId: $id, publicKeys: $k) { clientId } }', {
          id: caller.clientId,
          k: publicKeys,
        });
      const token = signed(first);
      await list([second.pem, first.pem]);
      expect([await send(token), await send(signed(second))]).toEqual([200, 200]);
      await list([second.pem]);
      expect([await send(token), await send(signed(first)), await send(signed(second))]).toEqual([401, 401, 200]);
    },
  );

  it('publishes them: the kid chooses, and one that was left out is refused', async () => {
    published = [rsa.jwk({ kid: 'a', use: 'sig' })];
    const { send, signed } = await lineOf({ algorithm: 'RS256', jwksUrl: `${publisher.url}/jwks` });
    expect(await send(signed(rsa, { keyid: 'a' }))).toBe(200);
    expect(await send(signed(rsa))).toBe(200);
    expect(await send(signed(rsa, { keyid: 'b' }))).toBe(401);
    expect(await send(signed(nextRsa, { keyid: 'a' }))).toBe(401);
    expect(publisher.requests).toHaveLength(1);
  });

  async function encryptionKeyOf({ clientId }: Caller): Promise<Record<string, string>> {
    const { app: found } = await app.gql('query($id: ID!) { app(clientId: $id) { encryptionKeys } }', { id: clientId });
    return found.encryptionKeys[0];
  }
  async function encrypt(token: string, jwk: Record<string, string>, alg = 'RSA-OAEP-256'): Promise<string> {
    const header = { alg, enc: 'A256GCM', kid: jwk.kid ?? '', cty: 'JWT' };
    return new CompactEncrypt(new TextEncoder().encode(token))
      .setProtectedHeader(header)
      .encrypt(await importJWK(jwk, alg));
  }

  it('encrypts its tokens, whatever they are signed with', async () => {
    const { caller, send, signed } = await lineOf({
      algorithm: 'ES256',
      publicKeys: [ec.pem],
      tokenEncryption: 'REQUIRED',
    });
    const jwk = await encryptionKeyOf(caller);
    const token = await encrypt(signed(ec), jwk);
    expect([await send(token), await send(token)]).toEqual([200, 200]);
    expect(await send(await encrypt(signed(ec), jwk, 'RSA-OAEP'))).toBe(200);
    expect(await send(signed(ec))).toBe(401);
    expect(await send(await encrypt(signed(nextEc), jwk))).toBe(401);

    const withSecret = await lineOf({ tokenEncryption: 'OPTIONAL' });
    const plain = jwt.sign(
      { appId: withSecret.caller.clientId, sub: 'u' },
      createSecretKey(Buffer.from(withSecret.caller.clientSecret)),
    );
    expect(await withSecret.send(plain)).toBe(200);
    const ofIt = await encryptionKeyOf(withSecret.caller);
    expect(await withSecret.send(await encrypt(plain, ofIt))).toBe(200);
    expect(await withSecret.send(await encrypt(plain, jwk))).toBe(401); // for another app
  });

  it('encrypts by the former key for the overlap only, also after a restart', async () => {
    const { caller, send, signed } = await lineOf({
      algorithm: 'ES256',
      publicKeys: [ec.pem],
      tokenEncryption: 'REQUIRED',
    });
    const token = await encrypt(signed(ec), await encryptionKeyOf(caller));
    const rotate = (seconds: number) =>
      app.gql('mutation($id: ID!, $s: Int) { rotateEncryptionKey(clientId: $id, overlapSeconds: $s) { clientId } }', {
        id: caller.clientId,
        s: seconds,
      });
    await rotate(3600);
    expect(await send(token)).toBe(200);
    await app.restart();
    expect(await send(token)).toBe(200);
    await rotate(0);
    expect(await send(token)).toBe(401);
    expect(await send(await encrypt(signed(ec), await encryptionKeyOf(caller)))).toBe(200);
  });

  it('has encrypted tokens opened no more once its address has sent too many wrong ones, but signed ones checked', async () => {
    const { caller, send, signed } = await lineOf({
      algorithm: 'ES256',
      publicKeys: [ec.pem],
      tokenEncryption: 'OPTIONAL',
    });
    const jwk = await encryptionKeyOf(caller);
    const known = await encrypt(signed(ec), jwk);
    expect(await send(known)).toBe(200);
    const statuses: number[] = [];
    for (let n = 0; n < 60; n += 1) statuses.push(await send(await encrypt(`${signed(nextEc)}`, jwk)));
    expect(statuses).toContain(401);
    expect(statuses.slice(50)).toEqual(Array(10).fill(429));
    expect(await send(await encrypt(signed(ec), jwk))).toBe(429);
    expect(await send(known)).toBe(200); // it was opened before
    expect(await send(signed(ec))).toBe(200);
  });
});
