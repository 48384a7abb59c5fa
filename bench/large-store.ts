import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { openDatabase } from '../src/store/database/database.js';
import { HOUR, MINUTE } from '../src/time.js';
import { controlPlaneOf, createBot, createCaller, goLive } from '../test/support/app.js';
import type { ChildServer } from './child-server.js';

export interface LargeStoreOptions {
  folder: string;
  /** Takes callbacks. */
  sinkUrl: string;
  /** An empty one; without it SQLite in a folder of its own. */
  databaseUrl: string | undefined;
  start(env: Record<string, string>): Promise<ChildServer>;
}

const BOTS = 10_000;
const CHANNELS = 10; // of each bot
/** Of one channel of each bot, a minute apart. */
const DELIVERIES = 100;
/** Hours of the last day that have figures of one channel of each bot. */
const HOURS = 24;
/** Bots, and times all deliveries, written by one statement; PostgreSQL would take longer for all than a statement may take here. */
const AT_ONCE = { BOTS: 500, DELIVERIES: 3 };

/**
 * A store with 10,000 live bots, 100,000 live channels and a million deliveries, and somebody who talks to them. Gives a
 * server's settings for it.
 */
export async function createLargeStore(options: LargeStoreOptions): Promise<Record<string, string>> {
  const { folder, sinkUrl, databaseUrl, start } = options;
  const dataDir = await mkdtemp(join(folder, 'large-'));
  const env = { DATA_DIR: dataDir, ...(databaseUrl && { DATABASE_URL: databaseUrl }) };
  const server = await start(env);
  await createTemplate(server.url, sinkUrl);
  await server.stop();
  await multiply(databaseUrl ?? join(dataDir, 'hookswitch.db'));
  return env;
}

/** A live bot with channels, overrides, variables and somebody who talks to it, to be multiplied. */
async function createTemplate(url: string, sinkUrl: string): Promise<void> {
  const door = controlPlaneOf(url);
  const botId = await createBot(door, { name: 'Bot 0' });
  const { clientId: appClientId, headers } = await createCaller(door);
  const { bot } = await door.gql('query($id: ID!) { bot(id: $id) { messages(first: 3) { edges { node { key } } } } }', {
    id: botId,
  });
  for (const { node } of bot.messages.edges) {
    await door.gql('mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }', {
      input: { botId, messageKey: node.key, contents: [{ type: 'TEXT', value: 'Something else.' }] },
    });
  }
  for (const key of ['one', 'two']) {
    await door.gql('mutation($id: ID!, $key: String!) { setBotVariable(botId: $id, key: $key, value: "1") { key } }', {
      id: botId,
      key,
    });
  }
  const inputs = Array.from({ length: CHANNELS - 1 }, () => ({ appClientId }));
  const channels = await goLive(door, botId, [...inputs, { appClientId, mode: 'ASYNC', postUrl: `${sinkUrl}/inbox` }]);
  for (const { path } of channels) {
    await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers() },
      body: JSON.stringify({ message: { text: 'hello' }, from: { id: 'user' }, to: { id: botId } }),
    });
  }
}

/** Writes the template's rows again under other ids, as often as there shall be bots; a third of the requests waits. */
async function multiply(url: string): Promise<void> {
  const database = openDatabase({ url });
  const { write } = database;
  const named = (column: string): string => `${column} || '-' || n.i`;
  const text = (column: string): string => `cast(${column} as text) || '-' || n.i`;
  const ids = (...columns: string[]): Record<string, string> =>
    Object.fromEntries(columns.map((column) => [column, named(column)]));
  const clone = (table: string, changed: Record<string, string>) =>
    cloneRows(write, table, changed, { times: BOTS, atOnce: AT_ONCE.BOTS });
  await clone('apps', { ...ids('client_id'), name: named('name'), created_at: 'created_at + n.i' });
  await clone('bots', { ...ids('id', 'live_version_id'), name: `'Bot ' || n.i`, created_at: 'created_at + n.i' });
  await clone('bot_variables', ids('bot_id'));
  await clone('channels', ids('id', 'bot_id', 'client_id', 'approved_client_id'));
  await clone('bot_versions', ids('id', 'bot_id'));
  await clone('version_channels', ids('version_id', 'channel_id'));
  await clone('message_overrides', ids('id', 'bot_id'));
  await clone('approval_requests', {
    ...ids('id', 'bot_id', 'channel_id', 'version_id'),
    status: `case when n.i % 3 = 0 then 'PENDING' else status end`,
    created_at: 'created_at + n.i',
  });
  await clone('audit_entries', { ...ids('id'), subject: text('subject'), at: 'at + n.i' });
  await clone('conversations', { ...ids('id', 'channel_id'), last_message_at: 'last_message_at + n.i' });
  await clone('turns', ids('id', 'conversation_id', 'channel_id'));
  const done = { status: `'DELIVERED'`, next_attempt_at: 'null' }; // the multiplied ones are not for the dispatcher
  await clone('deliveries', { ...ids('id', 'conversation_id', 'channel_id'), ...done });
  await clone('delivery_attempts', ids('delivery_id'));
  const older = {
    id: `id || '-older-' || n.i`,
    created_at: `created_at - n.i * ${MINUTE}`,
    ...done,
    first_status_code: '200',
  };
  await cloneRows(
    write,
    'deliveries',
    { ...older, status: `case when n.i % 50 = 0 then 'DEAD' else 'DELIVERED' end` },
    { times: DELIVERIES, atOnce: AT_ONCE.DELIVERIES },
  );
  await write.raw(
    `insert into tags (subject_id, tag, account_id) select id, 'busy', account_id from channels where mode = 'SYNC'`,
  );
  await countHours(write);
  if (database.dialect === 'postgres') await write.raw('analyze');
  await database[Symbol.asyncDispose]();
}

/** Figures of every asynchronous channel for each hour of the last day. */
async function countHours(db: Knex): Promise<void> {
  const now = Date.now();
  for (let hour = 0; hour < HOURS; hour += 1)
    await db.raw(
      `insert into channel_metrics (channel_id, "interval", start, messages_in, messages_out)
       select id, 'HOUR', ?, 5, 5 from channels where mode = 'ASYNC' on conflict do nothing`,
      [now - (now % HOUR) - hour * HOUR],
    );
}

async function cloneRows(
  db: Knex,
  table: string,
  changed: Record<string, string>,
  { times, atOnce }: { times: number; atOnce: number },
): Promise<void> {
  const columns = Object.keys(await db(table).columnInfo());
  await db.raw(`create table template as select * from ${table}`);
  for (let first = 1; first < times; first += atOnce) {
    const last = Math.min(first + atOnce, times) - 1;
    await db.raw(
      `insert into ${table} (${columns.join(', ')})
       with recursive n(i) as (select ${first} union all select i + 1 from n where i < ${last})
       select ${columns.map((column) => changed[column] ?? column).join(', ')} from template cross join n`,
    );
  }
  await db.raw('drop table template');
}
