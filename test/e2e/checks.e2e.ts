import jwt from 'jsonwebtoken';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { greeterExport } from './greeter.js';
import { type LiveBot, makeLiveBot, publishLive } from './live-bot.js';

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 800 };

describe.skipIf(noBrowser).each([
  { name: 'light and wide', colorScheme: 'light' as const, viewport: WIDE },
  { name: 'dark and narrow', colorScheme: 'dark' as const, viewport: NARROW },
])('a check, $name', ({ colorScheme, viewport }) => {
  const session = useConsole({ colorScheme, viewport });
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    const { gql, url } = session.server;
    bot = await makeLiveBot(session.server, 'Concierge');
    await gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
      input: { id: bot.botId, engineSettings: { record: true } },
    });
    await publishLive(session.server, bot.botId, [bot.channelId]);
    for (const user of ['ann', 'bob'])
      await fetch(`${url}/chatbot/hooks/${bot.botId}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `bearer ${jwt.sign({ appId: bot.clientId, sub: user }, bot.secret)}`,
        },
        body: JSON.stringify({ message: { text: 'hello' }, from: { id: user } }),
      });
    const { definition } = greeterExport('Concierge', 'Good evening');
    await gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: { botId: bot.botId, definition, mode: 'FULL' },
    });
  });

  it('shows what the draft would say otherwise, which is accepted, and then a publish may rest on it', async () => {
    const { page, visit } = session;
    await visit('/settings');
    await page.getByRole('switch', { name: 'Check before a publish' }).check({ force: true });
    await page.getByLabel('Different turns at most, in %').fill('0');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The account settings were saved.').waitFor();

    await visit(`/bots/${bot.botId}/checks`);
    await page.getByRole('heading', { name: 'Check against what happened' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Start the check' }).click();
    await page.getByText('2 different (100 %)').waitFor();
    await page.getByRole('heading', { name: /message welcome/ }).waitFor();
    await page.getByRole('button', { name: /^Show examples/ }).click();
    const was = page.getByRole('log', { name: 'Was: what is said' }).first();
    await was.getByText('Hello from every channel').waitFor();
    const wouldBe = page.getByRole('log', { name: 'Would be: what is said' }).first();
    await wouldBe.getByText('Good evening').waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Accept this difference' }).click();
    const asked = page.getByRole('dialog', { name: 'Accept this difference' });
    await asked.getByLabel('Comment').fill('Evenings only');
    await asked.getByRole('button', { name: 'Accept this difference' }).click();
    await page.getByText('“Evenings only”').waitFor();
    await page.getByRole('button', { name: 'Take back' }).waitFor();

    await visit(`/bots/${bot.botId}/publish`);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText(/The account asks for a check with every publish/).waitFor();
    await page.getByRole('link', { name: 'Check the draft' }).click();
    await page.getByRole('button', { name: 'Start the check' }).click();
    await page.getByText('2 accepted (100 %)').waitFor();

    await visit(`/bots/${bot.botId}/publish`);
    await page.getByRole('combobox', { name: 'Check' }).click();
    await page.getByRole('option').first().click();
    await page.getByText('2 accepted (100 %)').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText(/^Version 3 was sent/).waitFor();

    await visit('/approvals');
    await page.getByRole('link', { name: /^Review .* of Version 3/ }).click();
    const section = page.getByRole('region', { name: 'Check against what happened' });
    await section.getByText('2 accepted (100 %)').waitFor();
    await section.getByRole('link', { name: 'See the check' }).click();
    await page.getByRole('heading', { name: 'Check of the draft' }).waitFor();
    expect(page.url()).toContain(`/bots/${bot.botId}/checks/jb-`);
  });
});
