import { beforeEach, describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type LiveBot, makeLiveBot, publishLive } from './live-bot.js';

describe.skipIf(noBrowser)('a review', () => {
  const session = useConsole();
  let bot: LiveBot;
  let key: string;
  let bots = 0;

  beforeEach(async () => {
    if (noBrowser) return;
    bots += 1;
    bot = await makeLiveBot(session.server, `Concierge ${bots}`);
    const { bot: found } = await session.server.gql(
      'query($id: ID!) { bot(id: $id) { messages(search: "welcome") { edges { node { key } } } } }',
      { id: bot.botId },
    );
    key = found.messages.edges[0].node.key;
  });

  const say = (value: string) =>
    session.server.gql('mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }', {
      input: {
        ...{ botId: bot.botId, messageKey: key, channelId: bot.channelId },
        contents: [{ type: 'TEXT', value }],
      },
    });
  const send = () =>
    session.server.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { number } }', {
      input: { botId: bot.botId, channelIds: [bot.channelId] },
    });

  it('shows what is said by name, takes a comment on a line, and ends in a decision', async () => {
    const { page, visit } = session;
    await say('Welcome to the lobby');
    await send();
    await visit('/approvals');
    await page.getByRole('link', { name: /^Review 1 change of Version 2/ }).click();

    const item = page.getByRole('group', { name: 'Added: welcome' });
    await item.getByText('Front desk').waitFor();
    await item.getByText('Welcome to the lobby').waitFor();
    await item.getByRole('button', { name: 'Comment on line 1' }).click();
    await item.getByLabel('Comment on line 1 of welcome').fill('Which lobby?');
    await item.getByRole('button', { name: 'Add comment' }).click();
    const comment = item.getByRole('article', { name: /^Comment of/ });
    await comment.getByText('Which lobby?').waitFor();
    await comment.getByText('on line 1').waitFor();
    await expectAccessible(page);
    const requestId = /approvals\/([\w-]+)/.exec(page.url())?.[1];
    await session.server.gql('mutation($id: ID!) { commentOnRequest(requestId: $id, text: "Said elsewhere") { id } }', {
      id: requestId,
    });
    await page.getByText('Said elsewhere').waitFor();
    await comment.getByRole('button', { name: 'Resolve' }).click();
    await comment.getByText('resolved by').waitFor();

    await page.getByRole('button', { name: /^Approve: Version 2/ }).click();
    await page.getByText('Approved', { exact: true }).waitFor();
  });

  it('of an earlier version has what would be removed as removed', async () => {
    const { page, visit, server } = session;
    await say('Welcome to the lobby');
    await publishLive(server, bot.botId, [bot.channelId]);
    await visit(`/bots/${bot.botId}/versions`);
    await page.getByRole('button', { name: 'Compare version 1' }).click();
    const compared = page.getByRole('dialog', { name: 'Version 1 against the live version 2' });
    const item = compared.getByRole('group', { name: 'Removed: welcome' });
    await item.getByText('It says again what others say').waitFor();
    const row = item.getByRole('table', { name: 'welcome' }).getByRole('row').nth(1);
    expect(await row.getByRole('cell').allTextContents()).toEqual(['1', 'Welcome to the lobby', '', '']);
    const widths = await Promise.all(
      (await row.getByRole('cell').all()).map(async (cell) => (await cell.boundingBox())?.width ?? 0),
    );
    expect(widths[0], 'the number of the line takes the room of the text').toBeLessThan(60);
    expect(widths[1]).toBeGreaterThan(200);
  });

  it('is published and approved in one step by an admin alone', async () => {
    const { page, visit, server } = session;
    await say('Welcome to the lobby');
    await publishLive(server, bot.botId, [bot.channelId]);
    await say('Welcome to the grand lobby');
    await visit(`/bots/${bot.botId}/publish`);
    const item = page.getByRole('group', { name: 'Changed: welcome' });
    await item.getByText('grand').waitFor();
    await page.getByRole('button', { name: 'Publish and approve' }).click();
    await page.getByRole('status').filter({ hasText: 'Version 3 is live' }).waitFor();
  });

  it('that approves its channels with it says which, and does', async () => {
    const { page, visit, server } = session;
    const { createWebhookChannel } = await server.gql(
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { channel { id status } } }',
      { input: { botId: bot.botId, name: 'Garden', mode: 'SYNC', enabled: true, appClientId: bot.clientId } },
    );
    expect(createWebhookChannel.channel.status).toBe('AWAITING_APPROVAL');
    await visit(`/bots/${bot.botId}/publish`);
    await page.getByText('also approves what waits of this channel: Garden.').waitFor();
    await page.getByRole('button', { name: 'Publish and approve' }).click();
    await page.getByRole('status').filter({ hasText: 'Version 2 is live' }).waitFor();
    const { channel } = await server.gql('query($id: ID!) { channel(id: $id) { functional } }', {
      id: createWebhookChannel.channel.id,
    });
    expect(channel.functional).toBe(true);
    await page.getByRole('link', { name: 'Talk to the bot' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
  });

  it('of what was rejected stands on the bot with its reason, until somebody puts it aside', async () => {
    const { page, visit } = session;
    await say('Welcome');
    await send();
    await visit('/approvals');
    await page.getByRole('article').getByRole('button', { name: 'Reject' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reject' });
    await dialog.getByLabel('Reason').fill('Say where');
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Nothing waits for a decision').waitFor();
    await visit(`/bots/${bot.botId}`);
    await page.getByText('“Say where”').waitFor();
    await page.getByRole('button', { name: 'Put aside' }).click();
    await page.getByText('“Say where”').waitFor({ state: 'detached' });
  });
});
