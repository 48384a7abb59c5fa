import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { maliciousTokens, sign } from './malicious-tokens.js';

const BODY = JSON.stringify({ message: { text: 'hm' }, from: { id: 'u1' } });

describe('a malicious token', () => {
  let app: TestApp;
  let caller: Caller;
  let secret: string;
  let path: string;
  let refused: { title: string; headers: Record<string, string | string[]> }[];

  beforeAll(async () => {
    app = await startTestApp({
      env: { RATE_LIMIT_APP: '0', RATE_LIMIT_CHANNEL: '0', RATE_LIMIT_REFUSED_TOKENS: '0' },
    });
    caller = await createCaller(app);
    const [other, deleted] = [await createCaller(app), await createCaller(app)];
    await app.gql('mutation($id: ID!) { deleteApp(clientId: $id) }', { id: deleted.clientId });
    const [channel] = await goLive(app, await createBot(app), [{ appClientId: caller.clientId }]);
    path = channel?.path ?? '';
    const rotate = async (): Promise<string> => {
      const { rotateAppSecret } = await app.gql(
        'mutation($id: ID!) { rotateAppSecret(clientId: $id, overlapSeconds: 0) { clientSecret } }',
        { id: caller.clientId },
      );
      return rotateAppSecret.clientSecret;
    };
    const former = [caller.clientSecret, await rotate()];
    secret = await rotate();
    const { clientId } = caller;
    const now = Math.floor(Date.now() / 1_000);
    refused = maliciousTokens({ clientId, clientSecret: secret, other, former, deleted, now }).map(
      ([title, authorization]) => ({ title, headers: { authorization } }),
    );
    const good = `bearer ${sign({ appId: clientId, sub: 'u' }, secret)}`;
    const bad = `bearer ${sign({ appId: clientId, sub: 'u' }, 'attacker')}`;
    refused.push(
      { title: 'two headers, a good one first', headers: { Authorization: [good, bad] } },
      { title: 'two headers, a good one last', headers: { Authorization: [bad, good] } },
      { title: 'two headers, the same', headers: { Authorization: [good, good] } },
      { title: 'no header', headers: {} },
      { title: 'a cookie', headers: { cookie: `authorization=${good}` } },
      { title: 'the other header, wrong', headers: { auth: bad.slice('bearer '.length) } },
      {
        title: 'the other header beside a wrong one',
        headers: { authorization: bad, auth: good.slice('bearer '.length) },
      },
      { title: 'a header of a proxy', headers: { 'proxy-authorization': good, 'x-forwarded-authorization': good } },
    );
  });
  afterAll(() => app.remove());

  /** As they are: `fetch` would refuse or join some of these headers itself. */
  function post(headers: Record<string, string | string[]>): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(`${app.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        insecureHTTPParser: true,
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

  it('is refused whatever it is, in the same words', async () => {
    expect(refused.length).toBeGreaterThan(200);
    const unexpected: string[] = [];
    for (const { title, headers } of refused) {
      const { status, text } = await post(headers);
      if (status === 401 && text === WORDS) continue;
      unexpected.push(`${title}: ${status} ${text}`);
    }
    expect(unexpected).toEqual([]);
  });

  it('does not keep out the one that is right, in all its lawful forms', async () => {
    const { clientId } = caller;
    const now = Math.floor(Date.now() / 1_000);
    const claims = { appId: clientId, sub: 'u' };
    const good = [
      sign(claims, secret),
      sign(claims, secret, { alg: 'HS256' }),
      sign(claims, secret, { typ: 'jwt', alg: 'HS256', kid: 'one', jku: 'http://127.0.0.1/' }),
      sign({ ...claims, iat: now, nbf: now - 1, exp: now + 60.5 }, secret),
      sign({ ...claims, iss: clientId, aud: ['a', 'b'], isAnonymous: true }, secret),
      sign({ ...claims, iss: 'https://our.example.com/' }, secret),
      sign({ kore_iss: clientId, kore_sub: 'u' }, secret),
      sign({ ...claims, sub: 7 }, secret),
      sign({ ...claims, sub: 'ü🙂', name: 'Ü' }, secret),
      sign({ ...claims, x: [{ y: 1 }, { y: 2 }] }, secret),
    ];
    for (const token of good) expect((await post({ authorization: `Bearer ${token}` })).status, token).toBe(200);
    expect((await post({ auth: sign(claims, secret) })).status).toBe(200);
  });
});

const WORDS = JSON.stringify({ errors: [{ msg: 'Invalid Access token', code: 401, reason: 'UNAUTHENTICATED' }] });
