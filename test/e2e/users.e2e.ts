import { describe, expect, it } from 'vitest';
import { noBrowser, openBrowser } from './browser.js';
import { useConsole } from './console-session.js';

describe.skipIf(noBrowser)('users, their tokens, and what they did', () => {
  const session = useConsole();

  /** Somebody who signs in with a password. */
  async function person(name: string): Promise<{ email: string; password: string }> {
    const login = { email: `${name.toLowerCase()}@example.com`, password: `long enough for ${name}` };
    await session.server.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: { name, role: 'DEVELOPER', ...login },
    });
    return login;
  }

  it('keeps what was typed of a user whose password is too short, and says so at the field', async () => {
    const { page, visit } = session;
    await visit('/users');
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog', { name: 'New user' });
    await dialog.getByLabel('Name').fill('Dana');
    await dialog.getByLabel('E-mail').fill('dana@example.com');
    await dialog.getByRole('textbox', { name: 'Password' }).fill('short');
    await dialog.getByRole('button', { name: 'Create user' }).click();
    await dialog.getByRole('alert').waitFor();
    const said = await dialog.getByRole('textbox', { name: 'Password' }).evaluate((field) => {
      const ids = field.getAttribute('aria-describedby')?.split(' ') ?? [];
      return ids.map((id: string) => field.ownerDocument.getElementById(id)?.textContent);
    });
    expect(said).toContain(await dialog.getByRole('alert').textContent());
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Dana');
    await dialog.getByRole('textbox', { name: 'Password' }).fill('long enough for Dana');
    await dialog.getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('article', { name: 'User Dana' }).waitFor();
  });

  it('finds users by a part of their name or address, role and kind, and says when each was last active', async () => {
    const { page, visit } = session;
    await person('Erin');
    const cards = page.getByRole('article', { name: /^User / });
    await visit('/users');
    await page.getByRole('article', { name: 'User Admin' }).getByText('last active just now').waitFor();
    await page.getByRole('article', { name: 'User Erin' }).getByText('never active').waitFor();
    await page.getByRole('textbox', { name: 'Search users' }).fill('ERIN@');
    await page.getByRole('article', { name: 'User Admin' }).waitFor({ state: 'detached' });
    expect(await cards.count()).toBe(1);
    await page.getByRole('combobox', { name: 'Role' }).first().click();
    await page.getByRole('option', { name: 'Admin' }).click();
    await page.getByText('No user is like that').waitFor();
    await visit('/users?kind=service&search=erin');
    await page.getByText('No user is like that').waitFor();
    await visit('/users?kind=person&role=DEVELOPER&search=erin');
    await page.getByRole('article', { name: 'User Erin' }).waitFor();
    expect(await cards.count()).toBe(1);
  });

  it('lets nobody make a token for somebody who signs in', async () => {
    const { page, visit } = session;
    await person('Finn');
    await visit('/users');
    const card = page.getByRole('article', { name: 'User Finn' });
    await card.getByText('Finn makes their own tokens, after signing in.').waitFor();
    expect(await card.getByRole('button', { name: 'Create token' }).count()).toBe(0);
  });

  it('shows a new token once, and takes it back', async () => {
    const { page, server, visit } = session;
    await server.gql('mutation { createUser(input: { name: "Robot", role: DEVELOPER }) { id } }');
    await visit('/users');
    const card = page.getByRole('article', { name: 'User Robot' });
    await card.getByRole('textbox', { name: 'New API token' }).fill('Deployments');
    await card.getByRole('button', { name: 'Create token' }).click();
    await card.getByText('New API token').first().waitFor();
    const token = (await card.getByText(/^[\w-]{40,}$/).textContent()) ?? '';
    const asks = () =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: '{ viewer { name } }' }),
      }).then((response) => response.json());
    expect(await asks()).toMatchObject({ data: { viewer: { name: 'Robot' } } });

    await page.reload();
    await card.getByRole('row', { name: /^Deployments/ }).waitFor();
    expect(await page.getByText(token).count()).toBe(0);
    await card.getByRole('button', { name: 'Revoke Deployments' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke' });
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await card.getByRole('row', { name: /^Deployments/ }).waitFor({ state: 'detached' });
    expect(await asks()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('shows a developer what developers do, and an admin’s disabling signs the developer out', async () => {
    const { page, server, visit } = session;
    const { email, password } = await person('Gail');
    const other = await openBrowser();
    try {
      await other.page.goto(`${server.url}/console/`);
      await other.page.getByText('E-mail and password').click();
      await other.page.getByRole('textbox', { name: 'E-mail' }).fill(email);
      await other.page.getByRole('textbox', { name: 'Password' }).fill(password);
      await other.page.getByRole('button', { name: 'Sign in' }).click();
      await other.page.getByRole('link', { name: 'Bots', exact: true }).click();
      await other.page.getByRole('button', { name: 'Create bot' }).first().waitFor();
      expect(await other.page.getByRole('link', { name: 'Account settings' }).count()).toBe(0);

      await visit('/users');
      const card = page.getByRole('article', { name: 'User Gail' });
      await card.getByRole('button', { name: 'Disable' }).click();
      await page.getByRole('dialog', { name: 'Disable' }).getByRole('button', { name: 'Disable' }).click();
      await card.getByText('Disabled').waitFor();
      await other.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
    } finally {
      await other.close();
    }
  });

  it('lists who did what, without secrets, and narrows to one subject', async () => {
    const { page, server, visit } = session;
    const { createUser } = await server.gql(
      'mutation { createUser(input: { name: "Courier", role: DEVELOPER }) { id } }',
    );
    const { createApiToken: token } = await server.gql(
      'mutation($id: ID!) { createApiToken(userId: $id, name: "Shipments") }',
      createUser,
    );
    const { users } = await server.gql('{ users { name apiTokens { id name } } }');
    const courier = users.find(({ name }: { name: string }) => name === 'Courier');
    await server.gql('mutation($id: ID!) { revokeApiToken(id: $id) }', { id: courier.apiTokens[0].id });
    await visit('/audit');
    const log = page.getByRole('table', { name: 'Audit log' });
    const row = log.getByRole('row').filter({ hasText: 'token.revoke' });
    await row.first().waitFor();
    await row.first().getByRole('button', { name: 'Details of token.revoke' }).click();
    const details = page.getByRole('dialog', { name: 'token.revoke' });
    await details.getByText('Shipments').waitFor();
    expect(await details.textContent()).not.toContain(token);
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'detached' });

    const { createBot } = await server.gql('mutation { createBot(input: { name: "Audited", engine: DIALOG }) { id } }');
    await page.getByRole('textbox', { name: 'To what' }).fill('audited');
    await log.getByRole('row').filter({ hasText: 'bot.create' }).waitFor();
    expect(await log.getByRole('row').count()).toBe(2);
    expect(createBot.id).toBe(await log.getByRole('row').last().getByText(/^st-/).textContent());
    expect(new URL(page.url()).searchParams.get('subject')).toBe('audited');
    await page.reload();
    await log.getByRole('row').filter({ hasText: 'bot.create' }).waitFor();
    await log.getByRole('link', { name: 'Audited' }).click();
    await page.getByRole('heading', { name: 'Audited', level: 1 }).waitFor();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'History in the audit log' }).click();
    await log.getByRole('row').filter({ hasText: 'bot.create' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'To what' }).inputValue()).toBe(createBot.id);
    await visit('/audit?action=bot.create');
    await log.getByRole('button', { name: `All that was done to ${createBot.id}` }).click();
    await page.getByRole('button', { name: 'Details of bot.create' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'To what' }).inputValue()).toBe(createBot.id);
    expect(await page.getByRole('textbox', { name: 'What', exact: true }).inputValue()).toBe('');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('audit-log.csv');
  });
});
