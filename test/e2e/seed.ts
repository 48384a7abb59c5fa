import { join } from 'node:path';
import { openDatabase } from '../../src/store/database/database.js';
import type { TestServer } from './server.js';

const ROWS_AT_ONCE = 100;

export interface Seeded {
  botId: string;
  channelId: string;
}

/**
 * Makes a bot with an asynchronous channel, and writes beside a running server as many more rows as are asked for: bots
 * with a channel each, deliveries and conversations of that first channel. Half the deliveries were given up.
 */
export async function seed(
  { dataDir, gql }: TestServer,
  counts: { bots: number; deliveries: number; conversations: number },
): Promise<Seeded> {
  const { createBot } = await gql('mutation { createBot(input: { name: "Bot 00000", engine: DIALOG }) { id } }');
  const { createWebhookChannel } = await gql(
    'mutation($id: ID!) { createWebhookChannel(input: { botId: $id, name: "Line", mode: ASYNC }) { channel { id } } }',
    { id: createBot.id },
  );
  const botId: string = createBot.id;
  const channelId: string = createWebhookChannel.channel.id;
  const { write: db, ...database } = openDatabase({ url: join(dataDir, 'hookswitch.db') });
  try {
    const bot = await db('bots').where({ id: botId }).first();
    const channel = await db('channels').where({ id: channelId }).first();
    const start: number = bot.created_at;
    const numbered = <T>(count: number, row: (number: string, at: number) => T): T[] =>
      Array.from({ length: count }, (_, index) => row(String(index + 1).padStart(5, '0'), start + index + 1));
    const insert = (table: string, rows: object[]) => db.batchInsert(table, rows, ROWS_AT_ONCE);

    await insert(
      'bots',
      numbered(counts.bots, (n, at) => ({
        ...bot,
        id: `${botId}-${n}`,
        name: `Bot ${n}`,
        created_at: at,
        updated_at: at,
      })),
    );
    await insert(
      'channels',
      numbered(counts.bots, (n, at) => ({
        ...channel,
        id: `${channelId}-${n}`,
        bot_id: `${botId}-${n}`,
        created_at: at,
      })),
    );
    const owner = { account_id: channel.account_id, channel_id: channelId };
    await insert(
      'conversations',
      numbered(counts.conversations, (n, at) => ({
        ...owner,
        id: `cv-${n}`,
        user_id: `user-${n}`,
        group_id: '',
        started_at: at,
        last_message_at: at,
      })),
    );
    await insert(
      'deliveries',
      numbered(counts.deliveries, (n, at) => ({
        ...owner,
        id: `ms-${n}`,
        conversation_id: `cv-${n}`,
        trace_id: `trace-${n}`,
        seq: 1,
        status: Number(n) % 2 === 0 ? 'DELIVERED' : 'DEAD',
        payload: JSON.stringify({ text: `Message ${n}`, to: `user-${n}` }),
        attempts: 1,
        created_at: at,
        finished_at: at,
      })),
    );
  } finally {
    await database[Symbol.asyncDispose]();
  }
  return { botId, channelId };
}
