import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noBrowser, openBrowser } from './browser.js';
import { ADMIN_TOKEN, startServer } from './server.js';
import { type ConsoleSession, signIn } from './steps.js';

const PASSWORD = 'correct horse battery';

describe.skipIf(noBrowser)('signing in to the console', () => {
  const session = {} as ConsoleSession; // filled below, before any test reads it

  beforeAll(async () => {
    if (!noBrowser) session.server = await startServer();
  });
  beforeEach(async () => {
    if (noBrowser) return;
    session.browser = await openBrowser();
    session.page = session.browser.page;
    session.visit = async (path) => void (await session.page.goto(`${session.server.url}/console${path}`));
    await session.visit('/');
    return async () => {
      expect(session.browser.complaints).toEqual([]);
      await session.browser.close();
    };
  });
  afterAll(() => session.server?.stop());

  async function viewer(name: string): Promise<string> {
    const email = `${name.toLowerCase()}@example.com`;
    await session.server.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: { name, email, role: 'VIEWER', password: PASSWORD },
    });
    return email;
  }

  it('takes an e-mail address with its password, and shows a viewer no way to change anything', async () => {
    const { page, browser } = session;
    const email = await viewer('Vera');
    await page.getByText('E-mail and password').click();
    await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('E-mail address or password is wrong').waitFor();
    expect(browser.complaints.splice(0)).toEqual([expect.stringContaining('401')]);

    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No bots yet').waitFor();
    expect(await page.getByRole('button', { name: 'Create bot' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Account settings' }).count()).toBe(0);
  });

  it('keeps the session in a cookie that no script and no other site can use, and ends it on signing out', async () => {
    const { page, browser } = session;
    const email = await viewer('Walt');
    await page.getByText('E-mail and password').click();
    await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No bots yet').waitFor();
    const cookies = await browser.context.cookies();
    for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    const cookie = cookies.find(({ name }) => name === 'hookswitch-session');
    expect(
      await page.evaluate<string[]>('[document.cookie, ...Object.values({ ...localStorage, ...sessionStorage })]'),
    ).toEqual(expect.not.arrayContaining([expect.stringContaining(cookie?.value ?? '')]));
    await page.getByRole('button', { name: /^Account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const left = await browser.context.cookies();
    expect(left.map(({ name }) => name)).toEqual(['hookswitch-device']);
  });

  it('signs out in the middle of loading a page, without a word of what the page would be refused', async () => {
    const { page, browser } = session;
    await signIn(session, ADMIN_TOKEN);
    await page.getByRole('link', { name: 'Bots', exact: true }).waitFor();
    let release = () => {};
    const sessionDeleted = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/graphql', async (route) => {
      await sessionDeleted;
      await route.continue().catch(() => {}); // taken back by the page
    });
    const held = page.waitForRequest('**/graphql');
    await page.getByRole('link', { name: 'Bots', exact: true }).click();
    const request = await held;
    const over = Promise.race([
      page.waitForEvent('requestfinished', (one) => one === request),
      page.waitForEvent('requestfailed', (one) => one === request),
    ]);
    await page.route('**/console/session', async (route) => {
      const response = await route.fetch();
      release();
      await over;
      await route.fulfill({ response });
    });
    await page.getByRole('button', { name: /^Account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    expect(browser.complaints).toEqual([]);
  });

  it('stays signed in when the server cannot be reached to sign out', async () => {
    const { page, browser } = session;
    await signIn(session, ADMIN_TOKEN);
    await page.route('**/console/session', (route) => route.abort());
    await page.getByRole('button', { name: /^Account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('alert').waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No bots yet').waitFor();
    for (const complaint of browser.complaints.splice(0)) expect(complaint).toContain('ERR_FAILED');
  });

  it('asks for signing in again over the page when the session ends, and what was typed is still there', async () => {
    const { page, server } = session;
    await signIn(session, ADMIN_TOKEN);
    await page.getByRole('link', { name: 'Bots', exact: true }).click();
    await page.getByRole('button', { name: 'Create bot' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('Half typed');
    const { users } = await server.gql('{ users { apiTokens { id name } } }');
    for (const { id, name } of users.flatMap((user: { apiTokens: { id: string; name: string }[] }) => user.apiTokens)) {
      if (name.startsWith('Console session'))
        await server.gql('mutation($id: ID!) { revokeApiToken(id: $id) }', { id });
    }
    const again = page.getByRole('dialog', { name: 'Your session has ended' });
    await again.getByRole('textbox', { name: 'API token' }).fill(ADMIN_TOKEN);
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('Half typed');
    // The browser itself reports refused requests of the page, not those of the worker that tells it that the session is over.
    for (const complaint of session.browser.complaints.splice(0)) expect(complaint).toContain('401 (Unauthorized)');
  });
});
