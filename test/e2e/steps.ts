import jwt from 'jsonwebtoken';
import type { Locator } from 'playwright-core';
import type { TestBrowser } from './browser.js';
import { greeterZip } from './greeter.js';
import type { TestServer } from './server.js';

/** What a file of tests works with; filled before its first test. */
export interface ConsoleSession {
  browser: TestBrowser;
  server: TestServer;
  page: TestBrowser['page'];
  /** Opens a page of the console by its path. */
  visit(path: string): Promise<void>;
}

/** What a person does at the console, step by step, by the names on the screen. */

export async function signIn({ page }: ConsoleSession, token: string): Promise<void> {
  await page.getByRole('textbox', { name: 'API token' }).fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
}

/** Everything the page asked for is there. */
export async function settled({ page }: Pick<ConsoleSession, 'page'>): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  for (const waiting of ['Skeleton', 'Loader']) {
    await page.locator(`.mantine-${waiting}-root`).first().waitFor({ state: 'detached' });
  }
}

export async function importGreeter({ page, visit }: ConsoleSession, name: string): Promise<void> {
  await visit('/bots');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Import a bot' });
  await dialog.locator('input[type=file]').setInputFiles(greeterZip(name));
  await dialog.getByRole('button', { name: 'Import it' }).click();
  await dialog.getByText(`“${name}” was imported`).waitFor();
}

export async function openImported({ page }: ConsoleSession): Promise<void> {
  await page.getByRole('button', { name: 'Open the bot' }).click();
  await page.getByRole('heading', { name: 'Configured channels' }).waitFor();
}

/** On the configuration of a channel. Gives the client secret, which is shown this once. */
export async function createApp({ page }: ConsoleSession, name: string): Promise<string> {
  await page.getByRole('button', { name: 'New app' }).click();
  const dialog = page.getByRole('dialog', { name: 'New app' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create app' }).click();
  await page.getByText('a secret is never shown again').waitFor();
  return (
    (await page
      .getByText(/^[\w-]{40,}$/)
      .filter({ hasNotText: /^cs-/ })
      .textContent()) ?? ''
  );
}

/** On the configuration of a channel. */
export async function save({ page }: ConsoleSession): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
}

export async function addChannel(session: ConsoleSession, botId: string, name: string, appName: string): Promise<void> {
  const { page, visit } = session;
  await visit(`/bots/${botId}/channels/new`);
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('combobox', { name: 'App' }).click();
  await page.getByRole('option', { name: appName }).click();
  await save(session);
}

export async function publish({ page, visit }: ConsoleSession, botId: string, comment = ''): Promise<void> {
  await visit(`/bots/${botId}/publish`);
  await page.getByLabel('Comment').fill(comment);
  await page.getByRole('main').getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('status').filter({ hasText: 'was sent' }).waitFor();
}

/** Approves whatever waits. */
export async function approveAll({ page, visit }: ConsoleSession): Promise<void> {
  await visit('/approvals');
  const buttons = page.getByRole('button', { name: /^Approve: / });
  await buttons.first().waitFor();
  while ((await buttons.count()) > 0) {
    const first = buttons.first();
    const name = await first.getAttribute('aria-label');
    await first.click();
    await page.getByRole('button', { name: name ?? '', exact: true }).waitFor({ state: 'detached' });
  }
}

/** The id of the bot whose page is open. */
export const botIdOf = ({ page }: ConsoleSession): string => /\/bots\/(st-[\w-]+)/.exec(page.url())?.[1] ?? '';

/** In the playground of the channel whose page is open, to what serves. Gives the talk so far. */
export async function talk({ page }: ConsoleSession, text: string): Promise<Locator> {
  const message = page.getByRole('textbox', { name: 'Message' });
  if (!page.url().includes('/playground')) await page.getByRole('link', { name: 'Talk to the bot' }).click();
  await message.fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  return page.getByRole('log');
}

/** A message of a user to a channel, signed as its caller signs it. */
export async function call({ server }: ConsoleSession, channelId: string, secret: string, text: string): Promise<void> {
  const { channel } = await server.gql(
    'query($id: ID!) { channel(id: $id) { webhookUrl app { clientId algorithm } } }',
    {
      id: channelId,
    },
  );
  const { clientId, algorithm } = channel.app;
  const token = jwt.sign({ appId: clientId, sub: 'caller' }, secret, { algorithm });
  const answered = await fetch(`${server.url}${new URL(channel.webhookUrl).pathname}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `bearer ${token}` },
    body: JSON.stringify({ message: { text }, from: { id: 'caller' } }),
  });
  if (answered.status !== 200) throw new Error(`the hook answered ${answered.status}`);
}
