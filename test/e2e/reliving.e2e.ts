import jwt from 'jsonwebtoken';
import { beforeAll, describe, expect, it } from 'vitest';
import { entity, exportOf, message, script } from '../engines/dialog/bot-builder.js';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { publishLive } from './live-bot.js';

const bot = (told: string) =>
  exportOf(
    {
      tea: {
        Ask: entity('label', 'Which tea?', 'Count'),
        Count: script('context.code = 7;', 'Tell'),
        Tell: message(told, 'end'),
      },
    },
    {
      localeData: { en: { name: 'Tea' } },
      channels: [{ displayName: 'Front desk', type: 'ivr', isAsync: false, enable: true, enablePolling: true }],
    },
  );

const THEN = 'There is {{context.code}}.';
const NOW = 'Sold out: {{context.code}}.';

/** The first turn waits for the thread of checks, which has the lowest priority. */
const THREAD_STARTS_MS = 90_000;

describe.skipIf(noBrowser).each([
  { name: 'light and wide', colorScheme: 'light' as const, viewport: { width: 1280, height: 800 } },
  { name: 'dark and narrow', colorScheme: 'dark' as const, viewport: { width: 400, height: 800 } },
])('a turn that is run again step by step, $name', ({ colorScheme, viewport }) => {
  const session = useConsole({ colorScheme, viewport });
  const ids = { bot: '', channel: '', recorded: '', unrecorded: '' };

  beforeAll(async () => {
    if (noBrowser) return;
    const { gql, url } = session.server;
    const { importBot } = await gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } channels { id } } }',
      { input: { mode: 'NEW', definition: bot(THEN), config: { name: 'Tea', envVariables: [] } } },
    );
    ids.bot = importBot.bot.id;
    ids.channel = importBot.channels[0].id;
    const { createApp } = await gql('mutation { createApp(input: { name: "App" }) { clientSecret app { clientId } } }');
    const { clientId } = createApp.app;
    await gql('mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { message } }', {
      input: { id: ids.channel, appClientId: clientId, enabled: true },
    });
    const say = async (user: string, text: string) => {
      const answer = await fetch(`${url}/chatbot/hooks/${ids.bot}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `bearer ${jwt.sign({ appId: clientId, sub: user }, createApp.clientSecret)}`,
        },
        body: JSON.stringify({ message: { text }, from: { id: user } }),
      });
      return answer.headers.get('x-trace-id') ?? '';
    };
    await publishLive({ gql }, ids.bot, [ids.channel]);
    ids.unrecorded = await say('ann', 'tea');
    await gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
      input: { id: ids.bot, engineSettings: { record: true } },
    });
    await publishLive({ gql }, ids.bot, [ids.channel]);
    await say('bob', 'tea');
    ids.recorded = await say('bob', 'green');
    await gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: { botId: ids.bot, definition: bot(NOW), mode: 'FULL' },
    });
  });

  const section = () => session.page.getByRole('region', { name: 'Run again step by step' });
  const again = () => section().getByRole('button', { name: 'Run again step by step' });
  const status = (text: string) => section().getByRole('status').filter({ hasText: text }).waitFor();
  const expectNoOverflow = async () =>
    expect(
      await session.page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      ),
    ).toBeLessThanOrEqual(0);

  it('is gone through with the version that served, by buttons and arrow keys', async () => {
    const { page, visit } = session;
    await visit(`/turns/${ids.recorded}`);
    await section().waitFor();
    expect(await section().getByRole('combobox').inputValue()).toBe('Version 2, which served');
    await again().click();
    await section().getByText('It went as it was recorded.').waitFor({ timeout: THREAD_STARTS_MS });
    await status('Step 1 of 3');
    const set = section().getByRole('table', { name: 'What it set, The version that served' });
    await set.getByText('entities.Ask').waitFor();
    await set.getByText('"green"').waitFor();
    await expectAccessible(page);
    await expectNoOverflow();

    await page.keyboard.press('ArrowRight');
    await status('Step 2 of 3');
    await set.getByText('code', { exact: true }).waitFor();
    await section().getByRole('button', { name: 'Next', exact: true }).click();
    await status('Step 3 of 3');
    await section()
      .getByRole('log', { name: 'The version that served: what is said' })
      .getByText('There is 7.')
      .waitFor();
    await page.keyboard.press('ArrowLeft');
    await status('Step 2 of 3');
    await page.keyboard.press('Home');
    await status('Step 1 of 3');
    await page.keyboard.press('End');
    await status('Step 3 of 3');
    await section().getByRole('button', { name: 'Back' }).click();
    await status('Step 2 of 3');
    expect(await section().getByText('Leaves the record').count()).toBe(0);
  });

  it('is marked where the draft leaves it, with both sides beside each other', async () => {
    const { page, visit } = session;
    await visit(`/turns/${ids.recorded}`);
    await section().getByRole('combobox').click();
    await page.getByRole('option', { name: 'The draft' }).click();
    await again().click();
    await section().getByText('1 of 3 steps differ from the version that served.').waitFor();
    await section().getByRole('button', { name: 'Next difference' }).click();
    await status('Step 3 of 3');
    await section()
      .getByRole('log', { name: 'The version that served: what is said' })
      .getByText('There is 7.')
      .waitFor();
    await section().getByRole('log', { name: 'The draft: what is said' }).getByText('Sold out: 7.').waitFor();
    expect(await section().getByRole('list').getByText('Differs').count()).toBe(1);
    await expectAccessible(page);
    await expectNoOverflow();
  });

  it('can be run with any other version, and not where nothing is recorded', async () => {
    const { page, visit } = session;
    await visit(`/turns/${ids.recorded}`);
    await section().getByRole('combobox').click();
    await page.getByRole('option', { name: 'Version 1', exact: true }).click();
    await again().click();
    await section().getByText('It goes as with the version that served.').waitFor();
    await section().getByRole('button', { name: 'To the end' }).click();
    await section().getByRole('log', { name: 'Version 1: what is said' }).getByText('There is 7.').waitFor();
    await visit(`/turns/${ids.unrecorded}`);
    await page.getByRole('region', { name: 'The draft' }).waitFor();
    expect(await again().count()).toBe(0);
  });
});
