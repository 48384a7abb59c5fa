import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealProvider, startOpenIdProvider } from '../support/open-id-provider.js';
import { noBrowser, openBrowser, type TestBrowser } from './browser.js';
import { ADMIN_TOKEN, startServer, type TestServer } from './server.js';

const CLIENT = { clientId: 'hookswitch', clientSecret: 'a secret that only the two know' };

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(noBrowser)('single sign-on', () => {
  let server: TestServer;
  let provider: RealProvider;
  let browser: TestBrowser;
  let id: string;

  beforeAll(async () => {
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    server = await startServer({ PORT: String(port), PUBLIC_URL: publicUrl });
    browser = await openBrowser();
    // The provider is told of its client after Hookswitch has told what the client's URIs are.
    const { createSignInProvider: made } = await server.gql(
      `mutation($input: SignInProviderInput!) { createSignInProvider(input: $input) { id redirectUri logoutUri } }`,
      { input: { name: 'Placeholder', issuer: 'http://127.0.0.1:1', ...CLIENT } },
    );
    id = made.id;
    provider = await startOpenIdProvider(() => [
      {
        ...CLIENT,
        redirectUris: [made.redirectUri],
        logoutUri: made.logoutUri,
        afterSignOut: [`${publicUrl}/console/`],
      },
    ]);
    provider.users.set('ada', {
      email: 'ada@example.com',
      email_verified: true,
      name: 'Ada Lovelace',
      groups: ['hook-admins'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await provider?.close();
  });

  it('is set up in the console and tried, signs people in and out, and says why somebody may not come in', async () => {
    const { page } = browser;
    await page.goto(`${server.url}/console/sign-in-providers`);
    await page.getByLabel('API token').last().fill(ADMIN_TOKEN);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const placeholder = page.getByRole('article', { name: 'Provider Placeholder' });
    await placeholder.getByRole('button', { name: 'Test' }).click();
    await placeholder.getByText('It does not work').waitFor();
    await placeholder.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit provider' });
    await dialog.getByLabel('Name').fill('Company');
    await dialog.getByLabel('Issuer').fill(provider.issuer);
    await dialog.getByRole('switch', { name: 'Make users' }).check();
    await dialog.getByLabel('Claim for roles').fill('groups');
    await dialog.getByLabel('Roles by value').fill('hook-admins = ADMIN');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const card = page.getByRole('article', { name: 'Provider Company' });
    await card.getByRole('button', { name: 'Test' }).click();
    await card.getByText('It answers.').waitFor();
    await page.getByRole('button', { name: /^Account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();

    await page.getByRole('link', { name: 'Sign in with Company' }).click();
    await page.locator('input[name=login]').fill('ada');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.locator('button[type=submit]').click(); // consent
    await page.getByRole('button', { name: 'Account menu of Ada Lovelace' }).click();
    await page.getByText('Ada Lovelace · admin').waitFor();
    expect(new URL(page.url()).origin).toBe(server.url);

    // signing out at the provider, too, ends the session here
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.locator('button[name=logout]').click(); // the provider asks
    await page.getByRole('link', { name: 'Sign in with Company' }).waitFor();
    const { users } = await server.gql('{ users { id name apiTokens { id } } }');
    expect(users.find(({ name }: { name: string }) => name === 'Ada Lovelace').apiTokens).toEqual([]);

    await server.gql(
      `mutation($id: ID!, $input: SignInProviderInput!) { updateSignInProvider(id: $id, input: $input) { id } }`,
      {
        id,
        input: { name: 'Company', issuer: provider.issuer, clientId: CLIENT.clientId, emailDomains: ['other.org'] },
      },
    );
    await page.getByRole('link', { name: 'Sign in with Company' }).click();
    await page.locator('input[name=login]').fill('ada');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.locator('button[type=submit]').click();
    await page.getByText('You may not sign in here with that account.').waitFor();
  });
});
