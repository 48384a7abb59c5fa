import { request } from 'node:http';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { type CallerKey, ecKey, rsaKey } from '../support/caller-keys.js';
import { createReceiver, type Receiver } from '../support/receiver.js';
import {
  type Attack,
  type AttackedApp,
  type EncryptionJwk,
  type MaliciousToken,
  maliciousEncryptions,
  maliciousSignatures,
  seal,
  signWith,
} from './malicious-keys.js';

const BODY = JSON.stringify({ message: { text: 'hm' }, from: { id: 'u1' } });
const WORDS = JSON.stringify({ errors: [{ msg: 'Invalid Access token', code: 401, reason: 'UNAUTHENTICATED' }] });

describe('a malicious token for an app with keys', () => {
  let app: TestApp;
  let trap: Receiver;
  let publisher: Receiver;
  let attack: Attack;
  const keys = { rs: rsaKey(), es: ecKey(), set: rsaKey(), enc: ecKey() };
  const logged: string[] = [];

  beforeAll(async () => {
    trap = await createReceiver(
      ({ response }) => void response.end(JSON.stringify({ keys: [attack.rsa.jwk({ kid: 'evil' })] })),
    );
    publisher = await createReceiver(
      ({ response }) => void response.end(JSON.stringify({ keys: [keys.set.jwk({ kid: 'a' })] })),
    );
    const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
    app = await startTestApp({ log, env: { RATE_LIMIT_REFUSED_TOKENS: '0', RATE_LIMIT_APP: '0' } });
    const other = await lineOf({ algorithm: 'ES256', tokenEncryption: 'OPTIONAL' }, ecKey());
    const now = Math.floor(Date.now() / 1_000);
    attack = { rsa: rsaKey(), ec: ecKey(), trap: trap.url, other, now };
    otherJwk = other.jwk;
  });
  afterAll(async () => {
    await app.remove();
    await Promise.all([trap.close(), publisher.close()]);
  });
  let otherJwk: EncryptionJwk;

  async function lineOf(input: { algorithm: 'RS256' | 'ES256'; [name: string]: unknown }, key: CallerKey) {
    const source = input.jwksUrl ? {} : { publicKeys: [key.pem] };
    const { clientId } = await createCaller(app, { ...source, ...input }, key.privateKey);
    const [channel] = await goLive(app, await createBot(app), [{ appClientId: clientId }]);
    const { app: found } = await app.gql('query($id: ID!) { app(clientId: $id) { encryptionKeys } }', { id: clientId });
    return { clientId, key, algorithm: input.algorithm, path: channel?.path ?? '', jwk: found.encryptionKeys[0] };
  }

  /** As it is: `fetch` would refuse some of these headers itself. */
  function post(path: string, token: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(`${app.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `bearer ${token}` },
      });
      sent.on('error', reject).on('response', (response) => {
        let text = '';
        response
          .on('data', (chunk) => (text += chunk))
          .on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.end(BODY);
    });
  }

  async function refused(path: string, tokens: readonly MaliciousToken[]): Promise<void> {
    const unexpected: string[] = [];
    for (const [title, token] of tokens) {
      const { status, text } = await post(path, token);
      if (status !== 401 || text !== WORDS) unexpected.push(`${title}: ${status} ${text}`);
    }
    expect(unexpected).toEqual([]);
    expect(trap.requests).toEqual([]); // nothing a token names is ever fetched
    // The reason is in the log, the token is not.
    for (const [, token] of tokens) {
      const longest = token.split('.').reduce((one, part) => (part.length > one.length ? part : one), '');
      if (longest.length > 40) expect(logged.some((line) => line.includes(longest))).toBe(false);
    }
    expect(logged.filter((line) => line.includes('"check"')).length).toBeGreaterThanOrEqual(tokens.length);
    logged.length = 0;
  }
  const claimsOf = ({ clientId }: AttackedApp) => ({ appId: clientId, sub: 'u' });

  it('is refused in the same words by an app of RS256', async () => {
    const line = await lineOf({ algorithm: 'RS256' }, keys.rs);
    const tokens = maliciousSignatures(line, attack);
    expect(tokens.length).toBeGreaterThan(100);
    await refused(line.path, tokens);
    expect((await post(line.path, signWith(keys.rs, claimsOf(line), { alg: 'RS256' }))).status).toBe(200);
  });

  it('is refused in the same words by an app of ES256', async () => {
    const line = await lineOf({ algorithm: 'ES256' }, keys.es);
    const tokens = maliciousSignatures(line, attack);
    expect(tokens.length).toBeGreaterThan(100);
    await refused(line.path, tokens);
    const brought = { alg: 'ES256', kid: 'x', jku: trap.url, jwk: attack.ec.jwk() };
    expect((await post(line.path, signWith(keys.es, claimsOf(line), brought))).status).toBe(200);
    expect(trap.requests).toEqual([]);
  });

  it('is refused in the same words by an app that reads its keys from a URL, which is asked once', async () => {
    const line = await lineOf({ algorithm: 'RS256', jwksUrl: `${publisher.url}/jwks` }, keys.set);
    const tokens = maliciousSignatures({ ...line, kid: 'a' }, attack);
    await refused(line.path, tokens);
    expect(publisher.requests).toHaveLength(1);
    expect((await post(line.path, signWith(keys.set, claimsOf(line), { alg: 'RS256', kid: 'a' }))).status).toBe(200);
  });

  it('is refused in the same words by an app that wants encrypted tokens', async () => {
    const line = await lineOf({ algorithm: 'ES256', tokenEncryption: 'REQUIRED' }, keys.enc);
    const tokens = maliciousEncryptions(line, line.jwk, otherJwk, attack);
    expect(tokens.length).toBeGreaterThan(90);
    await refused(line.path, tokens);
    const good = signWith(keys.enc, claimsOf(line), { alg: 'ES256' });
    expect((await post(line.path, seal(good, line.jwk))).status).toBe(200);
    const named = { alg: 'RSA-OAEP', iss: line.clientId, typ: 'JWT' };
    expect((await post(line.path, seal(good, line.jwk, { header: named, oaepHash: 'sha1' }))).status).toBe(200);
    const otherOwn = signWith(attack.other.key, { appId: attack.other.clientId, sub: 'u' }, { alg: 'ES256' });
    expect((await post(line.path, seal(otherOwn, otherJwk))).text).toBe(WORDS);
  });
});
