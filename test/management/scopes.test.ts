import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCaller, startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
let developer: string;

const CHANGE = (name: string) =>
  `mutation($clientId: ID!, $scopes: [AppScope!]!) { ${name}(clientId: $clientId, scopes: $scopes) { clientId scopes { scope status grantedAt } } }`;
const change = async (name: string, clientId: string, scopes: string[], token?: string) =>
  (await app.gql(CHANGE(name), { clientId, scopes }, token))[name].scopes;

beforeAll(async () => {
  app = await startTestApp();
  const { createServiceAccount: user } = await app.gql(
    'mutation { createServiceAccount(name: "builder", role: DEVELOPER) { id } }',
  );
  const made = await app.gql('mutation($id: ID!) { createApiToken(userId: $id, name: "t") }', { id: user.id });
  developer = made.createApiToken;
});
afterAll(() => app.remove());

describe('administrative scopes of an app', () => {
  it('wait when a developer asks, hold when an admin grants them, and end when they are revoked; the audit log tells', async () => {
    const { clientId } = await createCaller(app);
    expect(await change('requestAppScopes', clientId, ['BOT_IMPORT'], developer)).toEqual([
      { scope: 'BOT_IMPORT', status: 'REQUESTED', grantedAt: null },
    ]);
    await expect(change('grantAppScopes', clientId, ['BOT_IMPORT'], developer)).rejects.toThrow(/ADMIN/);
    expect(await change('grantAppScopes', clientId, ['BOT_IMPORT', 'PUBLISH'])).toEqual([
      { scope: 'BOT_IMPORT', status: 'GRANTED', grantedAt: expect.any(String) },
      { scope: 'PUBLISH', status: 'GRANTED', grantedAt: expect.any(String) },
    ]);
    // Asking again takes nothing away.
    expect(await change('requestAppScopes', clientId, ['PUBLISH'], developer)).toHaveLength(2);
    expect(await change('revokeAppScopes', clientId, ['BOT_IMPORT'], developer)).toEqual([
      expect.objectContaining({ scope: 'PUBLISH' }),
    ]);
    const { auditLog } = await app.gql('{ auditLog(first: 20) { edges { node { action subject } } } }');
    const actions = auditLog.edges
      .filter(({ node }: { node: { subject: string } }) => node.subject === clientId)
      .map(({ node }: { node: { action: string } }) => node.action);
    expect(actions).toEqual(['app.revoke-scopes', 'app.grant-scopes', 'app.request-scopes', 'app.create']);
  });

  it('are refused by a name that there is not, and for an app that there is not', async () => {
    const { clientId } = await createCaller(app);
    await expect(change('grantAppScopes', clientId, ['ALL'])).rejects.toThrow(/ALL/);
    await expect(change('grantAppScopes', clientId, [])).rejects.toThrow(/at least one/);
    await expect(change('grantAppScopes', 'cs-none', ['PUBLISH'])).rejects.toThrow(/no app/);
  });
});
