import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database/database.js';
import { HOUR } from '../../src/time.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';
import { settled } from './steps.js';

const HOST = 'http://127.0.0.1:9';

describe.skipIf(noBrowser)('the first page of a new account', () => {
  const session = useConsole();

  it('offers a sample, and says that nothing is to be done while all is well', async () => {
    const { page, server, visit } = session;
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.getByText('No bots yet').waitFor();
    await page.getByRole('button', { name: 'Start with a sample' }).waitFor();

    await makeLiveBot(server, 'Newsdesk', { mode: 'ASYNC', postUrl: `${HOST}/replies` });
    await visit('/');
    await page.getByText('Nothing needs you').waitFor();
    await page.getByText('1 working').waitFor();
  });
});

describe.skipIf(noBrowser)('the first page when something needs somebody', () => {
  const session = useConsole();
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    bot = await makeLiveBot(session.server, 'Newsdesk', { mode: 'ASYNC', postUrl: `${HOST}/replies` });
    const { gql, dataDir } = session.server;
    await gql('mutation($id: ID!) { setBotVariable(botId: $id, key: "shopKey", value: "") { key } }', {
      id: bot.botId,
    });
    await gql(
      'mutation($id: ID!) { updateWebhookChannel(input: { id: $id, postUrl: "http://127.0.0.1:9/other" }) { message } }',
      {
        id: bot.channelId,
      },
    );
    await gql('mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { message } }', {
      input: { botId: bot.botId, name: 'Second desk', mode: 'SYNC', appClientId: bot.clientId, enabled: true },
    });
    const { write: db, ...database } = openDatabase({ url: join(dataDir, 'hookswitch.db') });
    const { account_id, created_at: at } = await db('channels').where({ id: bot.channelId }).first();
    await db('endpoints').insert({
      ...{ account_id, origin: HOST, state: 'FAILING', since: at, last_failure_at: at, last_error: '500 Broken' },
      ...{ changed: 0, changed_at: at },
    });
    await db('conversations').insert({
      ...{ id: 'cv-1', account_id, channel_id: bot.channelId, user_id: 'ann', group_id: '' },
      ...{ started_at: at, last_message_at: at },
    });
    await db('deliveries').insert({
      ...{ id: 'ms-1', account_id, channel_id: bot.channelId, conversation_id: 'cv-1', trace_id: 'tr-1', seq: 1 },
      ...{ status: 'DEAD', payload: '{}', attempts: 1, created_at: at, finished_at: at },
    });
    const start = Math.floor(Date.now() / HOUR) * HOUR;
    await db('channel_metrics').insert({ channel_id: bot.channelId, interval: 'HOUR', start, failed: 1 });
    await database[Symbol.asyncDispose]();
  });

  it.each([
    ['1 dead letter', 'See and replay', '1 dead letter', '/deliveries?status=DEAD'],
    ['1 channel whose callbacks fail', 'See why and try', 'Its callbacks fail', '/channels/'],
    ['1 channel that does not work', 'Review the channel', 'Second desk', '/approvals/ar-'],
    ['2 approvals waiting', 'Review: .*Front desk', 'A changed channel', '/approvals/ar-'],
    ['1 bot with variables to fill in', 'Fill in', 'shopKey', '/settings'],
    ['Bots whose scripts or engine failed within the last day', 'Read what happened', '1 failed turn', '&failed=yes'],
    ['Bots whose scripts or engine failed within the last day', 'Try it', '1 failed turn', '/playground'],
  ])('shows “%s”, and leads to where it is mended', async (title, way, note, address) => {
    const { page, visit } = session;
    await visit('/');
    const section = page.getByRole('region', { name: title });
    await section.getByText(note).last().waitFor();
    await section.getByRole('link', { name: new RegExp(`^${way}`) }).click();
    await page.waitForURL((url) => url.href.includes(address));
    await settled(session);
  });

  it('draws the traffic of the last day', async () => {
    const { page, visit } = session;
    await visit('/');
    const chart = page.getByRole('region', { name: 'Messages of the last day' });
    await chart.getByText(/In: 0 · Out: 0/).waitFor();
    await chart.locator('canvas').waitFor();
    expect(await page.getByText('Nothing needs you').count()).toBe(0);
  });
});
