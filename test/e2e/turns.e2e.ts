import { readFile } from 'node:fs/promises';
import jwt from 'jsonwebtoken';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportOf, message, script } from '../engines/dialog/bot-builder.js';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { publishLive } from './live-bot.js';

const definition = exportOf(
  {
    hello: { welcome: message('Hello to you') },
    'break it': { s: { ...script('context.n = 1;\nthrow new Error("no good");'), name: 'Broken script' } },
  },
  {
    localeData: { en: { name: 'Desk' } },
    channels: [{ displayName: 'Front desk', type: 'ivr', isAsync: false, enable: true, enablePolling: true }],
  },
);
const MANY = 75; // more than two pages of the log

describe.skipIf(noBrowser)('turns and conversations in the console', () => {
  const session = useConsole();
  let say: (user: string, text: string) => Promise<string>;

  beforeAll(async () => {
    if (noBrowser) return;
    const { gql, url } = session.server;
    const { importBot } = await gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } channels { id } } }',
      { input: { mode: 'NEW', definition, config: { name: 'Desk', envVariables: [] } } },
    );
    const { createApp } = await gql('mutation { createApp(input: { name: "App" }) { clientSecret app { clientId } } }');
    const { clientId } = createApp.app;
    const id: string = importBot.channels[0].id;
    await gql('mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { message } }', {
      input: { id, appClientId: clientId, enabled: true },
    });
    await publishLive({ gql }, importBot.bot.id, [id]);
    say = async (user, text) => {
      const token = jwt.sign({ appId: clientId, sub: user }, createApp.clientSecret);
      const response = await fetch(`${url}/chatbot/hooks/${importBot.bot.id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `bearer ${token}` },
        body: JSON.stringify({ message: { text }, from: { id: user } }),
      });
      return response.headers.get('x-trace-id') ?? '';
    };
    const { openPlayground } = await gql(
      'mutation($id: ID!) { openPlayground(channelId: $id, version: LIVE) { token url } }',
      { id },
    );
    await fetch(`${url}${new URL(openPlayground.url).pathname}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `bearer ${openPlayground.token}` },
      body: JSON.stringify({ message: { type: 'text', val: 'hello' }, from: { id: 'tester' } }),
    });
    await say('ann', 'hello');
    await say('bob', 'break it');
    for (let count = 1; count <= MANY; count += 1) await say('cyd', `hello number ${count}`);
  });

  it('a failed turn looks failed in the log, and its page says at which line', async () => {
    const { page, visit } = session;
    await visit('/conversations');
    await page.getByRole('button', { name: 'Read the conversation of bob' }).click();
    const log = page.getByRole('dialog', { name: 'Conversation of bob' });
    await log.getByText('Failed', { exact: true }).waitFor();
    await log.getByRole('link', { name: /^Inspect the turn/ }).click();
    await page.getByRole('heading', { name: 'Turn', level: 1 }).waitFor();
    await page.getByText('This turn failed').waitFor();
    const steps = page.getByRole('list', { name: 'What the turn went through' });
    await steps.getByText('Understood as task “break it”').waitFor();
    await steps.getByText(/^Line 2: .*no good/).waitFor();
    await steps.getByText('Script of Broken script').waitFor();
  });

  it('a conversation with a failed turn looks failed in the list, and tests are shown where they are asked for', async () => {
    const { page, visit } = session;
    await visit('/conversations');
    const rows = page.getByRole('table', { name: 'Conversations' }).locator('tbody tr');
    const rowOf = (button: string) => rows.filter({ has: page.getByRole('button', { name: button }) });
    await rowOf('Read the conversation of bob').getByText('Failed', { exact: true }).waitFor();
    expect(await rowOf('Read the conversation of ann').getByText('Failed', { exact: true }).count()).toBe(0);
    expect(await rows.getByText('Test', { exact: true }).count()).toBe(0);
    await page.getByRole('combobox', { name: 'Tests' }).click();
    await page.getByRole('option', { name: 'With tests' }).click();
    await rows.getByText('Test', { exact: true }).waitFor();
    await rowOf('Read the conversation of bob').waitFor();
    expect(page.url()).toContain('tests=with');
    await visit('/conversations?tests=only');
    await rows.getByText('Test', { exact: true }).waitFor();
    expect(await rows.count()).toBe(1);
    await expectAccessible(page);
  });

  it('a turn is found by its trace id', async () => {
    const { page, visit } = session;
    const traceId = await say('ann', 'hello');
    await visit('/conversations');
    await page.getByRole('textbox', { name: 'Trace id' }).fill(traceId);
    await page.getByRole('button', { name: 'Find turn' }).click();
    await page.getByText("From the bot's file: nothing overrides it, in en.").waitFor();
    await page.getByText(/^Said the message of /).waitFor();
    expect(page.url()).toContain(`/turns/${traceId}`);
    await visit('/turns/RTM-TRACE-none');
    await page.getByText('There is no such turn').waitFor();
  });

  it('what is filtered stands in the address, and comes back with it', async () => {
    const { page, visit } = session;
    await visit('/conversations');
    const rows = page.getByRole('table', { name: 'Conversations' }).locator('tbody tr');
    await page.getByRole('combobox', { name: 'Failures' }).click();
    await page.getByRole('option', { name: 'With a failed turn' }).click();
    await page.getByRole('button', { name: 'Read the conversation of ann' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Read the conversation of bob' }).waitFor();
    expect(await rows.count()).toBe(1);
    expect(page.url()).toContain('failed=yes');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Read the conversation of ann' }).waitFor();
    await page.getByRole('textbox', { name: 'Said' }).fill('NUMBER 75');
    await page.getByRole('textbox', { name: 'Said' }).press('Enter');
    await page.getByRole('button', { name: 'Read the conversation of ann' }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('button', { name: 'Read the conversation of cyd' }).waitFor();
    expect(await rows.count()).toBe(1);
    expect(await page.getByRole('textbox', { name: 'Said' }).inputValue()).toBe('NUMBER 75');
    await visit('/conversations?user=an');
    await page.getByRole('button', { name: 'Read the conversation of ann' }).waitFor();
    expect(await rows.count()).toBe(1);
    await visit('/conversations?user=nobody');
    await page.getByText('No conversation matches').waitFor();
  });

  it('a conversation has an address, is read back to its first message, and is exported', async () => {
    const { page, visit } = session;
    await visit('/conversations?user=cyd');
    await page.getByRole('button', { name: 'Read the conversation of cyd' }).click();
    await page.getByRole('link', { name: /^Open as a page/ }).click();
    await page.getByRole('heading', { name: 'Conversation of cyd' }).waitFor();
    await page.getByText(`${MANY} turns in all`).waitFor();
    expect(await page.getByText('hello number 1', { exact: true }).count()).toBe(0);
    for (const reached of ['hello number 40', 'hello number 1']) {
      await page.getByRole('button', { name: 'Earlier messages' }).click();
      await page.getByText(reached, { exact: true }).waitFor();
    }
    expect(await page.getByRole('button', { name: 'Earlier messages' }).count()).toBe(0);
    await page.getByText(`hello number ${MANY}`, { exact: true }).waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as JSON' }).click();
    const file = await (await saving).path();
    const saved = JSON.parse(await readFile(file, 'utf8'));
    expect(saved).toMatchObject({ user: 'cyd' });
    expect(saved.turns).toHaveLength(MANY);
  });
});
