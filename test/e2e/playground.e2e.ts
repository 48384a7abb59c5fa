import { beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { GREETING } from './greeter.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';

describe.skipIf(noBrowser)('the playground', () => {
  const session = useConsole();
  let bot: LiveBot;
  let bare: string;

  beforeAll(async () => {
    if (noBrowser) return;
    const { gql } = session.server;
    bot = await makeLiveBot(session.server, 'Greeter');
    const { createWebhookChannel } = await gql(
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { channel { id } } }',
      { input: { botId: bot.botId, name: 'Not yet', mode: 'ASYNC' } },
    );
    bare = createWebhookChannel.channel.id;
    const payload = {
      template_type: 'button',
      text: 'The draft asks:',
      buttons: [{ type: 'postback', title: 'Say it again', payload: 'hello' }],
    };
    await gql('mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }', {
      input: {
        botId: bot.botId,
        messageKey: 'ref-dc-0-welcome.prompt',
        contents: [{ type: 'TEMPLATE', value: JSON.stringify({ type: 'template', payload }) }],
      },
    });
  });

  const conversation = (name: string) => session.page.getByRole('region', { name: `${name} conversation` });
  const say = async (text: string) => {
    await session.page.getByRole('textbox', { name: 'Message' }).fill(text);
    await session.page.getByRole('button', { name: 'Send', exact: true }).click();
  };

  it('talks to what serves and to the draft side by side, and presses what the draft offers', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/playground?channel=${bot.channelId}&version=LIVE`);
    await page.getByRole('button', { name: 'Talk to a second one beside it' }).click();
    const second = conversation('Second');
    await second.getByText('Draft', { exact: true }).click();
    await second.getByRole('combobox', { name: 'Channel' }).selectOption({ label: 'Not yet' });
    await say('hello');
    await conversation('First').getByRole('log').getByText(GREETING).waitFor();
    await second.getByRole('log').getByText('The draft asks:').waitFor();
    await second.getByRole('button', { name: 'Say it again' }).click();
    await second.getByRole('log').getByText('The draft asks:').nth(1).waitFor();
    expect(await conversation('First').getByRole('log').getByText(GREETING).count()).toBe(1);
    expect(page.url()).toContain(`beside=${bare}`);
  });

  it('begins again when it is asked to, and leads from a turn to its steps', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/playground?channel=${bot.channelId}&version=LIVE`);
    await say('hello');
    const first = conversation('First');
    await first.getByText(GREETING).waitFor();
    await first.getByRole('link', { name: 'Look into this turn' }).waitFor();
    await first.getByRole('button', { name: 'Restart' }).click();
    await first.getByText('Nothing has been said yet.').waitFor();
    await say('hello');
    await first.getByRole('link', { name: 'Look into this turn' }).click();
    await page.getByRole('heading', { name: 'Turn', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Run again against the draft' }).click();
    await page.getByRole('log', { name: 'What the draft says' }).getByText('The draft asks:').waitFor();
  });

  it('keeps what was said as a test of the bot', async () => {
    const { page, visit, server } = session;
    await visit(`/bots/${bot.botId}/playground?channel=${bot.channelId}&version=LIVE`);
    await say('hello');
    const first = conversation('First');
    await first.getByRole('button', { name: 'Save as a test' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save as a test' });
    await dialog.getByRole('textbox', { name: 'Name of the test' }).fill('Greets');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await first.getByText('Saved as “Greets”.').waitFor();
    const { bot: stored } = await server.gql(
      'query($id: ID!) { bot(id: $id) { tests { edges { node { name steps } } } } }',
      { id: bot.botId },
    );
    expect(stored.tests.edges).toHaveLength(1);
    expect(stored.tests.edges[0].node).toMatchObject({ name: 'Greets', steps: [{ said: [{ text: GREETING }] }] });
  });
});
