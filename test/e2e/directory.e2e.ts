import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';

describe.skipIf(noBrowser)('a company directory', () => {
  const session = useConsole();

  it('is connected with a token that is shown once and opens SCIM alone, and its groups give their members a role', async () => {
    const { page, server, visit } = session;
    await visit('/sign-in-providers');
    const card = page.getByRole('region', { name: 'Company directory' });
    await card.getByText('No directory has sent a group yet.').waitFor();
    expect(await card.getByText('/scim/v2').textContent()).toBe('http://hooks.test/scim/v2'); // by PUBLIC_URL
    await card.getByRole('button', { name: 'Connect a directory' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect a directory' });
    await dialog.getByLabel('Name of the directory').fill('Entra ID');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    const token = (await card.getByText(/^[\w-]{40,}$/).textContent()) ?? '';
    const asked = (path: string, body?: object) =>
      fetch(`${server.url}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        ...(body && { body: JSON.stringify(body) }),
      });
    expect((await asked('/scim/v2/Users')).status).toBe(200);
    const { errors } = (await (await asked('/graphql', { query: '{ bots { totalCount } }' })).json()) as {
      errors: { extensions: { code: string } }[];
    };
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
    const person = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada@example.com' };
    const { id } = (await (await asked('/scim/v2/Users', person)).json()) as { id: string };
    const group = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Bot builders',
      members: [{ value: id }],
    };
    expect((await asked('/scim/v2/Groups', group)).status).toBe(201);

    await visit('/sign-in-providers');
    const row = page.getByRole('table', { name: 'Groups of the directory' }).getByRole('row', { name: /Bot builders/ });
    await row.getByRole('combobox', { name: 'Role of Bot builders' }).click();
    await page.getByRole('option', { name: 'Developer' }).click();
    await page.getByText('Members of “Bot builders” are now: Developer.').waitFor();
    const { users } = await server.gql('{ users { name role } }');
    expect(users).toContainEqual({ name: 'ada@example.com', role: 'DEVELOPER' });
    expect(await page.getByText(token).count()).toBe(0);
  });
});
