import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';
import { type Lie, LYING_CLIENT_SECRET, type LyingProvider, startLyingProvider } from '../support/lying-provider.js';
import { plainPasswords } from '../support/plain-passwords.js';

const PASSWORD = 'correct horse battery';
const CLIENT_ID = 'hookswitch';
const FIELDS = `id name issuer clientId hasClientSecret scopes roleClaim roleMap { value role } defaultRole emailDomains
  trustsEmail createsUsers enabled redirectUri logoutUri`;
const CREATE = `mutation($input: SignInProviderInput!) { createSignInProvider(input: $input) { ${FIELDS} } }`;
const UPDATE = `mutation($id: ID!, $input: SignInProviderInput!) { updateSignInProvider(id: $id, input: $input) { ${FIELDS} } }`;
const DELETE = 'mutation($id: ID!) { deleteSignInProvider(id: $id) }';
const TEST = 'mutation($id: ID!) { testSignInProvider(id: $id) { works problem authorizationEndpoint signsOut } }';
const PUBLIC_URL = 'http://hooks.test';

let app: TestApp;
let provider: LyingProvider;
let id: string;

const input = (more: object = {}) => ({
  name: 'Company login',
  issuer: provider.issuer,
  clientId: CLIENT_ID,
  clientSecret: LYING_CLIENT_SECRET,
  createsUsers: true,
  defaultRole: 'VIEWER',
  ...more,
});

beforeAll(async () => {
  provider = await startLyingProvider(CLIENT_ID);
  app = await startTestApp({ passwords: plainPasswords, env: { PUBLIC_URL, TRUSTED_PROXIES: '127.0.0.0/8' } });
  id = (await app.gql(CREATE, { input: input() })).createSignInProvider.id;
});
afterAll(async () => {
  await app.remove();
  await provider.close();
});

const set = (more: object) => app.gql(UPDATE, { id, input: input(more) });

let networks = 0;

interface Visit {
  location: string;
  cookies: string[];
  status: number;
}

async function visit(path: string, cookie = '', from = `198.51.100.${(networks % 250) + 1}`): Promise<Visit> {
  const answer = await fetch(`${app.url}${path}`, {
    redirect: 'manual',
    headers: { 'x-forwarded-for': from, ...(cookie && { cookie }) },
  });
  const cookies = answer.headers.getSetCookie();
  return { location: answer.headers.get('location') ?? '', cookies, status: answer.status };
}

const nameAndValue = (cookie: string | undefined) => cookie?.split(';')[0] ?? '';

async function begin(query = '') {
  networks += 1;
  const { location, cookies } = await visit(`/console/sign-in/${id}${query}`);
  return { asked: provider.asked(location), ticket: nameAndValue(cookies[0]), cookie: cookies[0] ?? '' };
}

const callback = (query: Record<string, string>) => `/console/sign-in/${id}/callback?${new URLSearchParams(query)}`;

/** Signs in with a provider that tells this lie. */
async function signIn(lie: Lie = {}): Promise<Visit & { session: string }> {
  provider.lie = lie;
  const { asked, ticket } = await begin();
  const done = await visit(callback({ code: 'c', state: asked.get('state') ?? '' }), ticket);
  return { ...done, session: sessionIn(done) };
}

const sessionIn = ({ cookies }: Visit): string =>
  nameAndValue(cookies.find((cookie) => cookie.startsWith('hookswitch-session=')));

async function viewerOf(session: string) {
  const answer = await fetch(`${app.url}/console/session`, {
    headers: { cookie: session, 'x-hookswitch-console': '1', 'x-forwarded-for': '198.51.100.1' },
  });
  return ((await answer.json()) as { viewer: { id: string; name: string; role: string } | null }).viewer;
}

async function lastRefusal() {
  const { auditLog } = await app.gql(
    '{ auditLog(action: "sign-in.refuse", first: 1) { edges { node { details subject actor } } } }',
  );
  return auditLog.edges[0]?.node;
}

describe('signing in by a provider', () => {
  it('sends the browser there with state, nonce and PKCE, and keeps what belongs to it sealed', async () => {
    const { asked, cookie } = await begin();
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: CLIENT_ID,
      response_type: 'code',
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      redirect_uri: `${PUBLIC_URL}/console/sign-in/${id}/callback`,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)?.length).toBeGreaterThan(40);
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
    for (const name of ['state', 'nonce']) expect(cookie).not.toContain(asked.get(name));
  });

  it('makes a user of who comes for the first time, and knows them again by their subject', async () => {
    const first = await signIn({ claims: { sub: 'new-1', email: 'neu@example.com', name: 'Neu' } });
    expect(first).toMatchObject({ status: 302, location: '/console/' });
    const viewer = await viewerOf(first.session);
    expect(viewer).toMatchObject({ name: 'Neu', role: 'VIEWER' });
    const again = await signIn({ claims: { sub: 'new-1', email: 'other@example.com', name: 'Renamed' } });
    expect((await viewerOf(again.session))?.id).toBe(viewer?.id);
    const { auditLog } = await app.gql(
      'query($subject: ID!) { auditLog(subject: $subject, first: 9) { edges { node { action actor address details } } } }',
      { subject: viewer?.id },
    );
    const entries = auditLog.edges.map(({ node }: { node: { action: string } }) => node);
    expect(entries.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['user.create', 'sign-in.accept']),
    );
    expect(entries.at(-1)).toMatchObject({ actor: 'Company login', address: expect.stringMatching(/^198\.51\.100\./) });
  });

  it('sends the verifier that belongs to the challenge, and the secret in the header', async () => {
    provider.tokenRequests.length = 0;
    await signIn();
    const [request] = provider.tokenRequests;
    expect(request?.get('code_verifier')?.length).toBeGreaterThan(40);
    expect(request?.get('redirect_uri')).toBe(`${PUBLIC_URL}/console/sign-in/${id}/callback`);
    expect(request?.has('client_secret')).toBe(false);
  });

  it('goes back to the page that was asked for, never to another site', async () => {
    provider.lie = {};
    for (const [wanted, reached] of [
      ['/console/bots?x=1', '/console/bots?x=1'],
      ['https://evil.example/console/', '/console/'],
      ['//evil.example/console/', '/console/'],
      ['/\\evil.example/console/', '/console/'],
      ['/graphql', '/console/'],
      ['javascript:alert(1)', '/console/'],
    ]) {
      const { asked, ticket } = await begin(`?returnTo=${encodeURIComponent(wanted ?? '')}`);
      const { location } = await visit(callback({ code: 'c', state: asked.get('state') ?? '' }), ticket);
      expect(location).toBe(reached);
    }
  });

  it('is offered on the sign-in page by name, without any other detail', async () => {
    const ways = await (await fetch(`${app.url}/console/sign-in`)).json();
    expect(ways).toEqual({ providers: [{ id, name: 'Company login' }], passwords: true });
    await set({ enabled: false });
    expect(await (await fetch(`${app.url}/console/sign-in`)).json()).toEqual({ providers: [], passwords: true });
    expect((await visit(`/console/sign-in/${id}`)).status).toBe(404);
    await set({});
  });
});

describe('a provider that lies', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const LIES: [what: string, lie: () => Lie][] = [
    ['about its issuer', () => ({ claims: { iss: 'https://other.example' } })],
    ['about the audience', () => ({ claims: { aud: 'another-client' } })],
    ['with several audiences and another authorised party', () => ({ claims: { aud: [CLIENT_ID, 'x'], azp: 'x' } })],
    ['about the nonce', () => ({ claims: { nonce: 'another' } })],
    ['by leaving the nonce out', () => ({ without: ['nonce'] })],
    ['by leaving the subject out', () => ({ without: ['sub'] })],
    ['by leaving the expiry out', () => ({ without: ['exp'] })],
    ['with a token that has expired', () => ({ claims: { exp: now() - 120 } })],
    ['with a token of tomorrow', () => ({ claims: { nbf: now() + 86_400 } })],
    ['with a key it does not publish', () => ({ strangeKey: true })],
    ['without a signature', () => ({ algorithm: 'none' })],
    ['with the client secret as the key', () => ({ algorithm: 'HS256' })],
    ['by refusing the code, as used before', () => ({ tokens: { status: 400, body: '{"error":"invalid_grant"}' } })],
    ['with an answer that is no JSON', () => ({ tokens: { status: 200, body: '<html>' } })],
    [
      'with an answer without an ID token',
      () => ({ tokens: { status: 200, body: '{"access_token":"a","token_type":"bearer"}' } }),
    ],
    [
      'with a redirect',
      () => ({ tokens: { status: 302, body: '', headers: { location: 'http://169.254.169.254/' } } }),
    ],
    ['with an endless answer', () => ({ tokens: { status: 200, body: JSON.stringify({ x: 'x'.repeat(700_000) }) } })],
  ];

  it.each(LIES)('%s signs nobody in', async (_what, lie) => {
    const { location, session, status } = await signIn(lie());
    expect({ location, session, status }).toEqual({ location: '/console/?signIn=FAILED', session: '', status: 302 });
  });

  it('by another issuer in its configuration cannot be used', async () => {
    const other = await startLyingProvider(CLIENT_ID);
    other.lie = { configuration: { issuer: 'https://other.example' } };
    const made = await app.gql(CREATE, { input: input({ name: 'Other', issuer: other.issuer }) });
    const otherId = made.createSignInProvider.id;
    expect((await visit(`/console/sign-in/${otherId}`)).location).toBe('/console/?signIn=UNAVAILABLE');
    const { testSignInProvider: found } = await app.gql(TEST, { id: otherId });
    expect(found).toMatchObject({ works: false, problem: expect.any(String) });
    await app.gql(DELETE, { id: otherId });
    await other.close();
  });

  it('on an address inside the network is not asked', async () => {
    await expect(app.gql(CREATE, { input: input({ issuer: 'http://169.254.169.254/latest' }) })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'issuer',
    });
  });
});

describe('an answer of the browser', () => {
  it('without its ticket, or with that of another sign-in, signs nobody in', async () => {
    provider.lie = {};
    const { asked, ticket } = await begin();
    const state = asked.get('state') ?? '';
    expect((await visit(callback({ code: 'c', state }))).location).toBe('/console/?signIn=EXPIRED');
    const forged = ticket.replace(/=.*/, '=v1.k.AAAA');
    expect((await visit(callback({ code: 'c', state }), forged)).location).toBe('/console/?signIn=EXPIRED');
    const other = await begin();
    const swapped = `${ticket.split('=')[0]}=${other.ticket.split('=').slice(1).join('=')}`;
    expect(sessionIn(await visit(callback({ code: 'c', state }), swapped))).toBe('');
    expect(provider.tokenRequests.at(-1)?.get('code')).not.toBe('stolen');
  });

  it('that was cancelled at the provider says so, any other error does not', async () => {
    for (const [error, fault] of [
      ['access_denied', 'CANCELLED'],
      ['server_error', 'FAILED'],
    ]) {
      const { asked, ticket } = await begin();
      const query = { error: error ?? '', state: asked.get('state') ?? '' };
      expect((await visit(callback(query), ticket)).location).toBe(`/console/?signIn=${fault}`);
    }
  });

  it('is limited by network when it fails again and again', async () => {
    const from = '203.0.113.99';
    const fail = () => visit(callback({ code: 'c', state: 's' }), '', from);
    for (let count = 0; count < 20; count += 1) expect((await fail()).location).toBe('/console/?signIn=EXPIRED');
    expect((await fail()).location).toBe('/console/?signIn=TOO_MANY_REQUESTS');
  });
});

describe('the rules of the account', () => {
  it('let in verified addresses of the domains named, and no others, all told the same outside', async () => {
    await set({ emailDomains: ['example.com'] });
    const outcomes = [
      [{ sub: 'd1', email: 'a@example.com', email_verified: true }, null],
      [{ sub: 'd2', email: 'a@example.com.evil.org', email_verified: true }, 'EMAIL_DOMAIN'],
      [{ sub: 'd3', email: 'a@sub.example.com', email_verified: true }, 'EMAIL_DOMAIN'],
      [{ sub: 'd4', email: 'x@example.com', email_verified: false }, 'EMAIL_NOT_VERIFIED'],
      [{ sub: 'd5', email: 'x@example.com', email_verified: undefined }, 'EMAIL_NOT_VERIFIED'],
      [{ sub: 'd6', email: undefined }, 'EMAIL_MISSING'],
    ] as const;
    for (const [claims, reason] of outcomes) {
      const { location } = await signIn({ claims: { ...claims } });
      expect(location).toBe(reason === null ? '/console/' : '/console/?signIn=REFUSED');
      if (reason !== null) expect((await lastRefusal()).details).toMatchObject({ reason, provider: 'Company login' });
    }
    await set({ emailDomains: ['example.com'], trustsEmail: true });
    expect((await signIn({ claims: { sub: 'd7', email: 'y@example.com', email_verified: undefined } })).location).toBe(
      '/console/',
    );
    expect((await signIn({ claims: { sub: 'd8', email: 'z@example.com', email_verified: false } })).location).toBe(
      '/console/?signIn=REFUSED',
    );
    await set({});
  });

  it('give the strongest role that the claim stands for, at each sign-in', async () => {
    const roleMap = [
      { value: 'devs', role: 'DEVELOPER' },
      { value: 'admins', role: 'ADMIN' },
    ];
    await set({ roleClaim: 'realm_access.roles', roleMap, defaultRole: null });
    const roles = (...values: string[]) => ({ claims: { sub: 'r1', realm_access: { roles: values } } });
    for (const [values, role] of [
      [['devs'], 'DEVELOPER'],
      [['devs', 'admins', 'constructor'], 'ADMIN'],
      [['devs', 'others'], 'DEVELOPER'],
    ] as const) {
      const { session } = await signIn(roles(...values));
      expect(await viewerOf(session)).toMatchObject({ role });
    }
    for (const lie of [
      roles('others'),
      roles(),
      { claims: { sub: 'r1', realm_access: 'devs' } },
      { claims: { sub: 'r1' } },
    ]) {
      expect((await signIn(lie)).location).toBe('/console/?signIn=REFUSED');
    }
    await set({ roleClaim: 'https://example.com/roles', roleMap, defaultRole: 'VIEWER' });
    const named = await signIn({ claims: { sub: 'r2', email: 'r2@example.com', 'https://example.com/roles': 'devs' } });
    expect(await viewerOf(named.session)).toMatchObject({ role: 'DEVELOPER' });
    const none = await signIn({ claims: { sub: 'r3', email: 'r3@example.com' } });
    expect(await viewerOf(none.session)).toMatchObject({ role: 'VIEWER' });
    await set({});
  });

  it('link somebody who has a password by the verified address, and nobody by an unverified one', async () => {
    const user = { name: 'Pia', email: 'pia@example.com', role: 'DEVELOPER', password: PASSWORD };
    const { createUser } = await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: user,
    });
    await set({ createsUsers: false });
    const unverified = await signIn({ claims: { sub: 'p1', email: 'pia@example.com', email_verified: false } });
    expect(unverified.location).toBe('/console/?signIn=REFUSED');
    const linked = await signIn({ claims: { sub: 'p1', email: 'PIA@example.com' } });
    expect(await viewerOf(linked.session)).toMatchObject({ id: createUser.id, role: 'DEVELOPER' });
    const stranger = await signIn({ claims: { sub: 'p2', email: 'unknown@example.com' } });
    expect(stranger.location).toBe('/console/?signIn=REFUSED');
    await app.gql('mutation($id: ID!) { disableUser(id: $id) { id } }', { id: createUser.id });
    expect((await signIn({ claims: { sub: 'p1', email: 'pia@example.com' } })).location).toBe(
      '/console/?signIn=REFUSED',
    );
    expect((await lastRefusal()).details).toMatchObject({ reason: 'DISABLED' });
    await set({});
  });

  it('switch passwords off only where a provider is left, and with it the last provider stays', async () => {
    const settings = 'mutation($on: Boolean!) { updateAccountSettings(passwordSignIn: $on) { passwordSignIn } }';
    await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: { name: 'Quin', email: 'quin@example.com', role: 'VIEWER', password: PASSWORD },
    });
    const byPassword = (password: string) =>
      app.post(
        '/console/session',
        { email: 'quin@example.com', password },
        { 'x-hookswitch-console': '1', 'x-forwarded-for': '192.0.2.77' },
      );
    await set({ enabled: false });
    await expect(app.gql(settings, { on: false })).rejects.toMatchObject({ code: 'CONFLICT' });
    await set({});
    await app.gql(settings, { on: false });
    expect(await byPassword(PASSWORD)).toMatchObject({ status: 403 });
    expect(await byPassword('wrong horse')).toMatchObject({ status: 401 });
    expect(await (await fetch(`${app.url}/console/sign-in`)).json()).toMatchObject({ passwords: false });
    await expect(app.gql(DELETE, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(set({ enabled: false })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await app.post('/console/session', { token: ADMIN_TOKEN }, { 'x-hookswitch-console': '1' })).toMatchObject({
      status: 201,
    });
    await app.gql(settings, { on: true });
    expect(await byPassword(PASSWORD)).toMatchObject({ status: 201 });
  });
});

describe('signing out', () => {
  const post = (token: string, from = '192.0.2.9') =>
    fetch(`${app.url}/console/sign-in/${id}/logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': from },
      body: new URLSearchParams({ logout_token: token }),
    });

  it('at the provider ends the session it names, and all of the user where it names none', async () => {
    const lie = (sid: string) => ({ claims: { sub: 'l1', email: 'l1@example.com', sid } });
    const [one, two] = [await signIn(lie('s1')), await signIn(lie('s2'))];
    const other = await signIn({ claims: { sub: 'l2', email: 'l2@example.com', sid: 's1' } });
    const alive = async () =>
      (await Promise.all([one, two, other].map(({ session }) => viewerOf(session)))).map(Boolean);
    expect(await alive()).toEqual([true, true, true]);
    expect((await post(await provider.logoutToken({ sub: 'l1', sid: 's1' }))).status).toBe(200);
    expect(await alive()).toEqual([false, true, true]);
    expect((await post(await provider.logoutToken({ sub: 'l1' }))).status).toBe(200);
    expect(await alive()).toEqual([false, false, true]);
  });

  it('by a token that is not the provider’s, or not for this, ends nothing', async () => {
    const { session } = await signIn({ claims: { sub: 'l3', email: 'l3@example.com' } });
    const tokens = await Promise.all([
      provider.logoutToken({ sub: 'l3' }, { strangeKey: true }),
      provider.logoutToken({ sub: 'l3' }, { algorithm: 'none' }),
      provider.logoutToken({ sub: 'l3' }, { algorithm: 'HS256' }),
      provider.logoutToken({ sub: 'l3', iss: 'https://other.example' }),
      provider.logoutToken({ sub: 'l3', aud: 'another' }),
      provider.logoutToken({ sub: 'l3', nonce: 'n' }),
      provider.logoutToken({ sub: 'l3', events: {} }),
      provider.logoutToken({ sub: 'l3', iat: 1 }),
      provider.logoutToken(),
      provider.idToken({ claims: { sub: 'l3' } }),
    ]);
    for (const token of [...tokens, 'not a token']) expect((await post(token)).status).toBe(400);
    expect((await post('')).status).toBe(400);
    expect(await viewerOf(session)).not.toBeNull();
  });

  it('leads to the provider where it offers that', async () => {
    const ended = await startLyingProvider(CLIENT_ID);
    ended.lie = { configuration: { end_session_endpoint: `${ended.issuer}/end` } };
    const made = await app.gql(CREATE, { input: input({ name: 'Ends', issuer: ended.issuer }) });
    const before = { provider, id };
    [provider, id] = [ended, made.createSignInProvider.id];
    const { session } = await signIn({ ...ended.lie, claims: { sub: 'e1', email: 'e1@example.com' } });
    const answer = await fetch(`${app.url}/console/session`, {
      method: 'DELETE',
      headers: { cookie: session, 'x-hookswitch-console': '1' },
    });
    const { signOutUrl } = (await answer.json()) as { signOutUrl: string };
    const url = new URL(signOutUrl);
    expect(`${url.origin}${url.pathname}`).toBe(`${ended.issuer}/end`);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${PUBLIC_URL}/console/`);
    expect(url.searchParams.get('id_token_hint')).toMatch(/^ey/);
    expect(await viewerOf(session)).toBeNull();
    [provider, id] = [before.provider, before.id];
    await app.gql(DELETE, { id: made.createSignInProvider.id });
    await ended.close();
  });
});

describe('the provider of the server’s settings', () => {
  it('is the first account’s, and cannot be changed over the API', async () => {
    const own = await startTestApp({
      env: {
        PUBLIC_URL,
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: CLIENT_ID,
        OIDC_CLIENT_SECRET: LYING_CLIENT_SECRET,
        OIDC_NAME: 'By settings',
        OIDC_ROLE_CLAIM: 'groups',
        OIDC_ROLE_MAP: 'hook-admins=ADMIN, ops=DEVELOPER',
        OIDC_CREATE_USERS: 'true',
      },
    });
    const before = { app, id };
    [app, id] = [own, 'settings'];
    try {
      const { signInProviders } = await own.gql(`{ signInProviders { ${FIELDS} } }`);
      expect(signInProviders).toEqual([expect.objectContaining({ id: 'settings', name: 'By settings' })]);
      const { session } = await signIn({ claims: { sub: 'g1', email: 'g1@example.com', groups: ['ops'] } });
      expect(await viewerOf(session)).toMatchObject({ role: 'DEVELOPER' });
      await expect(own.gql(DELETE, { id: 'settings' })).rejects.toMatchObject({ code: 'CONFLICT' });
    } finally {
      [app, id] = [before.app, before.id];
      await own.remove();
    }
  });
});
