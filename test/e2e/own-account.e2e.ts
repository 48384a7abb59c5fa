import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser, openBrowser, type TestBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { makeLiveBot } from './live-bot.js';
import { type ConsoleSession, settled } from './steps.js';

const PASSWORD = 'correct horse battery';

/** A browser of somebody else, signed in by password. */
async function enter({ server }: ConsoleSession, email: string, password = PASSWORD): Promise<TestBrowser> {
  const other = await openBrowser();
  const { page } = other;
  await page.goto(`${server.url}/console/`);
  await page.getByText('E-mail and password').click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /^Account menu/ }).waitFor();
  return other;
}

describe.skipIf(noBrowser)('accounts', () => {
  const session = useConsole();

  const make = (name: string, role: string) =>
    session.server.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: { name, email: `${name.toLowerCase()}@example.com`, role, password: PASSWORD },
    });

  it('leads from the account menu to one’s own password, e-mail address, sessions and permissions', async () => {
    await make('Ann', 'DEVELOPER');
    const [ann, elsewhere] = [await enter(session, 'ann@example.com'), await enter(session, 'ann@example.com')];
    try {
      const { page } = ann;
      await page.getByRole('button', { name: /^Account menu/ }).click();
      await page.getByRole('menuitem', { name: 'Own account' }).click();
      await page.getByRole('heading', { name: 'Own account' }).waitFor();
      await page.getByText('Your role in the account is Developer.').waitFor();
      await page.getByText('conversation.read-content', { exact: true }).waitFor();
      expect(await page.getByText('user.create', { exact: true }).count()).toBe(0);
      expect(await page.getByRole('row').filter({ hasText: 'Signed in' }).count()).toBe(2);
      await expectAccessible(page);

      const form = page.getByRole('form', { name: 'Password' });
      const change = async (current: string, next: string) => {
        await form.getByRole('textbox', { name: 'Current password' }).fill(current);
        await form.getByRole('textbox', { name: 'New password' }).fill(next);
        await form.getByRole('button', { name: 'Change password' }).click();
      };
      await change('not my password', 'another long password');
      await form.getByText('This is not your current password.').first().waitFor();
      await change(PASSWORD, 'another long password');
      await page.getByText('All your other sessions have ended.').waitFor();
      await page.getByRole('row').filter({ hasText: 'Signed in' }).nth(1).waitFor({ state: 'detached' });

      await elsewhere.page.reload();
      await elsewhere.page.getByRole('button', { name: 'Sign in' }).waitFor();

      const email = page.getByRole('form', { name: 'E-mail address' });
      await email.getByRole('textbox', { name: 'New e-mail address' }).fill('ann.new@example.com');
      await email.getByRole('textbox', { name: 'Your password' }).fill('another long password');
      await email.getByRole('button', { name: 'Change e-mail address' }).click();
      await page.getByText('ann.new@example.com').first().waitFor();
    } finally {
      await ann.close();
      await elsewhere.close();
    }
    await (await enter(session, 'ann.new@example.com', 'another long password')).close();
  });

  it('has an ADMIN set and clear a password, change an e-mail address, disable and enable', async () => {
    const { page, visit } = session;
    await make('Ben', 'VIEWER');
    await visit('/users');
    const card = page.getByRole('article', { name: 'User Ben' });
    await card.getByRole('button', { name: 'Set password of Ben' }).click();
    const password = page.getByRole('dialog', { name: 'Password of Ben' });
    await password.getByRole('textbox', { name: 'New password' }).fill('short');
    await password.getByRole('button', { name: 'Set password' }).click();
    await password
      .getByText(/at least 12 characters/)
      .last()
      .waitFor();
    await password.getByRole('textbox', { name: 'New password' }).fill('chosen by an admin');
    await expectAccessible(page);
    await password.getByRole('button', { name: 'Set password' }).click();
    await password.waitFor({ state: 'detached' });
    await (await enter(session, 'ben@example.com', 'chosen by an admin')).close();

    await card.getByRole('button', { name: 'Change the e-mail address of Ben' }).click();
    const email = page.getByRole('dialog', { name: 'E-mail address of Ben' });
    await email.getByRole('textbox', { name: 'E-mail' }).fill('benedict@example.com');
    await email.getByRole('button', { name: 'Save' }).click();
    await card.getByText('benedict@example.com').waitFor();

    await card.getByRole('button', { name: 'Clear password of Ben' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear password' }).click();
    await card.getByText('API tokens only').waitFor();

    await card.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await card.getByText('Disabled', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Enable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click();
    await card.getByText('Disabled', { exact: true }).waitFor({ state: 'detached' });
  });

  it('has an ADMIN make a service account with a token that is good for some actions on one bot', async () => {
    const { page, server, visit } = session;
    const { createBot: bot } = await server.gql('mutation { createBot(input: { name: "Limited" }) { id } }');
    await server.gql('mutation { createBot(input: { name: "Beyond" }) { id } }');
    await visit('/users');
    await page.getByRole('button', { name: 'New service account' }).click();
    const dialog = page.getByRole('dialog', { name: 'New service account' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Deployer');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Create service account' }).click();
    const card = page.getByRole('article', { name: 'User Deployer' });
    await card.getByText('Service account').waitFor();
    await page.getByRole('button', { name: 'Close this message' }).click(); // it lies over the choices below
    await card.getByRole('textbox', { name: 'New API token' }).fill('Nightly');
    await card.getByLabel('Expires').fill('2031-01-31');
    await card.getByRole('button', { name: 'Limit it' }).click();
    const picker = (name: string) => card.getByRole('combobox', { name }).or(card.getByLabel(name)).first();
    await picker('Only these actions').fill('read');
    await page.getByRole('option', { name: 'read', exact: true }).click();
    await page.keyboard.press('Escape');
    await picker('Only these bots').click(); // comes into sight
    await picker('Only these bots').fill('Limi');
    await page.getByRole('option', { name: 'Limited' }).click();
    await page.keyboard.press('Escape');
    await expectAccessible(page);
    await card.getByRole('button', { name: 'Create token' }).click();
    const token = (await card.getByText(/^[\w-]{40,}$/).textContent()) ?? '';
    await card.getByRole('row', { name: /^Nightly.*read, with one bot/ }).waitFor();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ bots { edges { node { id permissions } } } }' }),
    });
    expect(await response.json()).toEqual({
      data: { bots: { edges: [{ node: { id: bot.id, permissions: ['read'] } }] } },
    });
  });

  it('has an ADMIN give a role on one bot, with which its user builds that bot and sees no other and no broken page', async () => {
    const { page, server, visit } = session;
    const { botId, channelId } = await makeLiveBot(server, 'Own bot');
    await make('Cem', 'DEVELOPER');
    await visit('/users');
    const card = page.getByRole('article', { name: 'User Cem' });
    await card.getByRole('combobox', { name: 'Role of Cem' }).click();
    await page.getByRole('option', { name: 'None' }).click();
    await page.getByText('Cem has the role none now.').waitFor();
    await card.getByRole('button', { name: 'Give Cem a role on a bot' }).click();
    const dialog = page.getByRole('dialog', { name: 'Role of Cem on a bot' });
    await dialog.getByRole('combobox', { name: 'Bot' }).fill('Own bot');
    await page.getByRole('option', { name: 'Own bot' }).click();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Give role' }).click();
    await card.getByRole('list', { name: 'Bots of Cem' }).getByText('Own bot').waitFor();

    const cem = await enter(session, 'cem@example.com');
    try {
      const at = (path: string) => cem.page.goto(`${server.url}/console${path}`);
      await at('/bots');
      await cem.page.getByRole('link', { name: 'Own bot' }).waitFor();
      expect(await cem.page.getByRole('link', { name: 'Limited' }).count()).toBe(0);
      expect(await cem.page.getByRole('button', { name: 'Create bot' }).count()).toBe(0);
      expect(await cem.page.getByRole('link', { name: 'Alerts' }).count()).toBe(0);
      await at(`/bots/${botId}/settings`);
      await cem.page.getByRole('button', { name: 'Import into this bot' }).waitFor();
      await at(`/bots/${botId}/smart-bots`);
      await cem.page.getByText('No smart bot inherits from this bot').waitFor();
      expect(await cem.page.getByRole('textbox', { name: 'New smart bot' }).count()).toBe(0);
      for (const path of [
        '/',
        '/apps',
        '/approvals',
        '/dashboard',
        '/conversations',
        '/deliveries',
        '/audit',
        '/users',
        '/account',
      ]) {
        await at(path);
        await settled(cem);
        expect(await cem.page.getByRole('alert').count(), path).toBe(0);
      }
      await expectAccessible(cem.page);
      await at(`/bots/${botId}/channels/${channelId}`);
      await cem.page.getByRole('button', { name: 'Delete channel' }).waitFor();
      expect(cem.complaints).toEqual([]);
    } finally {
      await cem.close();
    }

    await card.getByRole('button', { name: 'Take away the role of Cem on Own bot' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click();
    await card.getByRole('list', { name: 'Bots of Cem' }).waitFor({ state: 'detached' });
  });

  it('shows a viewer that something was said, not what', async () => {
    const { server } = session;
    const { botId, channelId, clientId, secret } = await makeLiveBot(server, 'Discreet', {
      mode: 'ASYNC',
      postUrl: 'http://127.0.0.1:9/nobody-listens',
    });
    const { channel } = await server.gql('query($id: ID!) { channel(id: $id) { webhookUrl } }', { id: channelId });
    const answered = await fetch(`${server.url}${new URL(channel.webhookUrl).pathname}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `bearer ${jwt.sign({ appId: clientId, sub: 'caller' }, secret)}`,
      },
      body: JSON.stringify({ message: { text: 'the pin is 4711' }, from: { id: 'ann' } }),
    });
    expect(answered.status).toBe(200);
    await make('Vera', 'VIEWER');
    const vera = await enter(session, 'vera@example.com');
    try {
      const { page } = vera;
      await page.goto(`${server.url}/console/conversations`);
      await page.getByRole('button', { name: 'Read the conversation of ann' }).click();
      const log = page.getByRole('dialog', { name: 'Conversation of ann' });
      await log.getByText('hidden: you may not read what people said').nth(1).waitFor();
      expect(await log.textContent()).not.toMatch(/4711|\{|"hidden"/);
      await expectAccessible(page);
      await page.goto(`${server.url}/console/bots/${botId}/channels/${channelId}/deliveries`);
      await page
        .getByRole('button', { name: /^Details of ms-/ })
        .first()
        .click();
      const details = page.getByRole('dialog', { name: 'Delivery' });
      await details.getByText('hidden: you may not read what people said').waitFor();
      expect(await details.textContent()).not.toMatch(/4711|\{|null/);
      await expectAccessible(page);
    } finally {
      await vera.close();
    }
  });
});
