import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database/database.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';

describe.skipIf(noBrowser)('the attempts of a delivery', () => {
  const session = useConsole();
  let bot: LiveBot;
  let receiver: Receiver;

  beforeAll(async () => {
    if (noBrowser) return;
    receiver = await createReceiver();
    bot = await makeLiveBot(session.server, 'Courier', { mode: 'ASYNC', postUrl: `${receiver.url}/inbox` });
  });
  afterAll(() => receiver?.close());

  it('of a whole day are shown from the last one back, the earlier ones when asked', async () => {
    const { page, visit, server } = session;
    receiver.script(answer(410));
    const { sendMessage } = await server.gql(
      'mutation($id: ID!) { sendMessage(channelId: $id, to: "eve", contents: [{ type: TEXT, value: "News" }]) { id } }',
      { id: bot.channelId },
    );
    await receiver.received(1);
    const { write: db, ...database } = openDatabase({ url: join(server.dataDir, 'hookswitch.db') });
    await db.batchInsert(
      'delivery_attempts',
      Array.from({ length: 400 }, (_, at) => ({
        ...{ delivery_id: sendMessage[0].id, number: at + 2, started_at: Date.now(), duration_ms: 1 },
        ...{ status_code: 503, error: '503', response_body: null, exchange: null },
      })),
      100,
    );
    await database[Symbol.asyncDispose]();
    await visit(`/deliveries?delivery=${sendMessage[0].id}`);
    const dialog = page.getByRole('dialog', { name: 'Delivery' });
    await dialog.getByText('401. 503').waitFor();
    await dialog.getByText('391 earlier').waitFor();
    expect(await dialog.getByText(/^\d+\. 503$/).count()).toBe(10);
    await dialog.getByRole('button', { name: 'Show earlier attempts' }).click();
    await dialog.getByText('381 earlier').waitFor();
  });
});
