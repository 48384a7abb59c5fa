import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser, openBrowser } from './browser.js';
import { useConsole } from './console-session.js';

const PASSWORD = 'correct horse battery';

describe.skipIf(noBrowser)('administrative scopes of an app', () => {
  const session = useConsole();

  it('are asked for by a developer, granted by an admin, and revoked', async () => {
    const { page, visit, server } = session;
    const { createApp } = await server.gql('mutation { createApp(input: { name: "Deployer" }) { app { clientId } } }');
    await server.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: { name: 'Dev', email: 'dev@example.com', role: 'DEVELOPER', password: PASSWORD },
    });
    const scopes = async () => {
      const { app } = await server.gql('query($id: ID!) { app(clientId: $id) { scopes { scope status } } }', {
        id: createApp.app.clientId,
      });
      return app.scopes;
    };

    const developer = await openBrowser();
    try {
      const dev = developer.page;
      await dev.goto(`${server.url}/console/`);
      await dev.getByText('E-mail and password').click();
      await dev.getByRole('textbox', { name: 'E-mail' }).fill('dev@example.com');
      await dev.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
      await dev.getByRole('button', { name: 'Sign in' }).click();
      await dev.getByRole('button', { name: /^Account menu/ }).waitFor();
      await dev.goto(`${server.url}/console/apps`);
      await dev.getByRole('button', { name: 'Scopes of Deployer' }).click();
      const asking = dev.getByRole('dialog', { name: 'Scopes of Deployer' });
      await asking.getByRole('button', { name: 'Request: Import bots' }).waitFor();
      expect(await asking.getByRole('button', { name: /^Grant/ }).count()).toBe(0);
      await expectAccessible(dev);
      await asking.getByRole('button', { name: 'Request: Import bots' }).click();
      await asking.getByText('Waits for an admin').waitFor();
      expect(await scopes()).toEqual([{ scope: 'BOT_IMPORT', status: 'REQUESTED' }]);
    } finally {
      await developer.close();
    }

    await visit('/apps');
    await page.getByRole('button', { name: 'Scopes (1 waiting) of Deployer' }).click();
    const dialog = page.getByRole('dialog', { name: 'Scopes of Deployer' });
    await dialog.getByRole('button', { name: 'Grant: Import bots' }).click();
    await dialog.getByText('Granted').waitFor();
    expect(await scopes()).toEqual([{ scope: 'BOT_IMPORT', status: 'GRANTED' }]);
    await dialog.getByRole('button', { name: 'Revoke: Import bots' }).click();
    await dialog.getByRole('button', { name: 'Request: Import bots' }).waitFor();
    expect(await scopes()).toEqual([]);
    await expectAccessible(page);
  });
});
