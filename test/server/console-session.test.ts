import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';

const HEADER = { 'x-hookswitch-console': '1' };
const PASSWORD = 'correct horse battery';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
    input: { name: 'Dana', email: 'Dana@Example.com', role: 'DEVELOPER', password: PASSWORD },
  });
});
afterAll(() => app.remove());

const signIn = (credentials: unknown, headers: Record<string, string> = HEADER) =>
  app.post('/console/session', credentials, headers);

const cookieOf = (response: { headers: Headers }) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

async function viewer(headers: Record<string, string>): Promise<string | null> {
  const { body } = await app.post('/graphql', { query: '{ viewer { name } }' }, headers);
  return body.data?.viewer?.name ?? null;
}

describe('a session of the console', () => {
  it('is opened by an API token, with a cookie that scripts and other sites cannot use', async () => {
    const response = await signIn({ token: ADMIN_TOKEN });
    expect(response.status).toBe(201);
    expect(response.body.viewer.role).toBe('ADMIN');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(ADMIN_TOKEN);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await viewer({ cookie: cookieOf(response), ...HEADER })).not.toBeNull();
  });

  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
      'Chrome on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    ['Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0', 'Firefox on Android'],
    ['a script', ''],
  ])('is named by browser, system and address: %s', async (userAgent, name) => {
    const response = await signIn({ token: ADMIN_TOKEN }, { ...HEADER, 'user-agent': userAgent });
    const { body } = await app.post(
      '/graphql',
      { query: '{ viewer { user { apiTokens { name } } } }' },
      { cookie: cookieOf(response), ...HEADER },
    );
    const names = body.data.viewer.user.apiTokens.map((token: { name: string }) => token.name);
    expect(names).toContain(`Console session: ${name === '' ? '' : `${name}, `}127.0.0.1`);
  });

  it('is opened by e-mail address, however it is written, and password', async () => {
    const response = await signIn({ email: 'dana@example.COM', password: PASSWORD });
    expect(await viewer({ cookie: cookieOf(response), ...HEADER })).toBe('Dana');
  });

  it('is no use to another site, which cannot send the header', async () => {
    const cookie = cookieOf(await signIn({ token: ADMIN_TOKEN }));
    expect(await viewer({ cookie })).toBeNull();
    expect(await signIn({ token: ADMIN_TOKEN }, {})).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN' } },
    });
  });

  it('tells its own pages who is signed in, and strangers that nobody is', async () => {
    const asked = async (headers: Record<string, string>) => {
      const response = await fetch(`${app.url}/console/session`, { headers });
      return [response.status, await response.json()];
    };
    const cookie = cookieOf(await signIn({ token: ADMIN_TOKEN }));
    expect(await asked({ cookie, ...HEADER })).toEqual([200, { viewer: expect.objectContaining({ role: 'ADMIN' }) }]);
    expect(await asked(HEADER)).toEqual([200, { viewer: null }]);
    expect(await asked({ cookie })).toMatchObject([403, { error: { code: 'FORBIDDEN' } }]);
  });

  it('ends with signing out, and with the API token it is', async () => {
    const cookie = cookieOf(await signIn({ token: ADMIN_TOKEN }));
    const response = await fetch(`${app.url}/console/session`, { method: 'DELETE', headers: { cookie, ...HEADER } });
    expect(response.status).toBe(204);
    expect(response.headers.get('set-cookie')).toContain('Expires=Thu, 01 Jan 1970');
    expect(await viewer({ cookie, ...HEADER })).toBeNull();
  });

  it.each([
    [{ token: 'nobody-has-this-token-nobody-has-this' }, 401, 'UNAUTHENTICATED'],
    [{ email: 'dana@example.com', password: 'wrong horse battery' }, 401, 'UNAUTHENTICATED'],
    [{ email: 'nobody@example.com', password: PASSWORD }, 401, 'UNAUTHENTICATED'],
    [{ email: 'dana@example.com' }, 400, 'BAD_USER_INPUT'],
    [[], 400, 'BAD_USER_INPUT'],
    ['{', 400, 'BAD_USER_INPUT'],
  ])('is not opened by %j', async (credentials, status, code) => {
    const response = await signIn(credentials);
    expect(response).toMatchObject({ status, body: { error: { code } } });
    expect(response.headers.get('set-cookie')).toBeNull();
  });
});
