import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { LYING_CLIENT_SECRET, type LyingProvider, startLyingProvider } from '../support/lying-provider.js';

const FIELDS = 'id name issuer clientId hasClientSecret';
const CREATE = `mutation($input: SignInProviderInput!) { createSignInProvider(input: $input) { ${FIELDS} } }`;
const UPDATE = `mutation($id: ID!, $input: SignInProviderInput!) { updateSignInProvider(id: $id, input: $input) { ${FIELDS} } }`;
const DELETE = 'mutation($id: ID!) { deleteSignInProvider(id: $id) }';
const TEST = 'mutation($id: ID!) { testSignInProvider(id: $id) { works problem authorizationEndpoint signsOut } }';

let app: TestApp;
let provider: LyingProvider;
let id: string;

const input = (more: object = {}) => ({
  name: 'Company login',
  issuer: provider.issuer,
  clientId: 'hookswitch',
  clientSecret: LYING_CLIENT_SECRET,
  ...more,
});
const set = (more: object) => app.gql(UPDATE, { id, input: input(more) });

beforeAll(async () => {
  provider = await startLyingProvider('hookswitch');
  app = await startTestApp();
  id = (await app.gql(CREATE, { input: input() })).createSignInProvider.id;
});
afterAll(async () => {
  await app.remove();
  await provider.close();
});

describe('the settings of a provider', () => {
  it('are checked field by field', async () => {
    for (const [more, field] of [
      [{ issuer: 'no url' }, 'issuer'],
      [{ issuer: `${provider.issuer}?x=1` }, 'issuer'],
      [{ clientId: ' ' }, 'clientId'],
      [{ emailDomains: ['not a domain'] }, 'emailDomains'],
      [{ roleMap: [{ value: 'x', role: 'ADMIN' }] }, 'roleClaim'],
      [{ name: '' }, 'name'],
    ] as const) {
      await expect(app.gql(CREATE, { input: input(more) })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
  });

  it('never show the secret, keep it when it is left out, and take it away for null', async () => {
    const { clientSecret: _, ...without } = input();
    const kept = await app.gql(UPDATE, { id, input: without });
    expect(kept.updateSignInProvider.hasClientSecret).toBe(true);
    const gone = await app.gql(UPDATE, { id, input: { ...without, clientSecret: null } });
    expect(gone.updateSignInProvider.hasClientSecret).toBe(false);
    await set({});
    const { auditLog } = await app.gql(
      '{ auditLog(action: "sign-in-provider", first: 100) { edges { node { details } } } }',
    );
    expect(JSON.stringify(auditLog)).not.toContain(LYING_CLIENT_SECRET);
  });

  it('are for ADMINs', async () => {
    const { createUser } = await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: { name: 'Dev', role: 'DEVELOPER' },
    });
    const { createApiToken: token } = await app.gql(
      'mutation($userId: ID!) { createApiToken(userId: $userId, name: "t") }',
      { userId: createUser.id },
    );
    for (const [document, variables] of [
      ['{ signInProviders { id } }', {}],
      [CREATE, { input: input() }],
      [UPDATE, { id, input: input() }],
      [DELETE, { id }],
      [TEST, { id }],
    ] as const) {
      await expect(app.gql(document, variables, token)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('are tried by reading what the provider publishes', async () => {
    provider.lie = {};
    const { testSignInProvider: found } = await app.gql(TEST, { id });
    expect(found).toEqual({
      works: true,
      problem: null,
      authorizationEndpoint: `${provider.issuer}/authorize`,
      signsOut: false,
    });
  });
});
