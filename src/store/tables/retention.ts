import type { Knex } from 'knex';
import { DAY } from '../../time.js';
import type { DeliveryStatus } from '../../vocabulary.js';
import type { Database } from '../database/database.js';
import { deleteAttachments } from './attachments.js';
import { MAX_POINTS } from './channel-metrics.js';
import { laneId } from './lanes.js';

/** Rows removed by one transaction; between two of them others can write. */
const ROWS_AT_ONCE = 200;

/** How long metrics are kept by the minute and by the hour; days are kept for good. */
const FINE_METRICS_KEPT_MS = [
  ['MINUTE', 3 * DAY],
  ['HOUR', 100 * DAY],
] as const;

/** How long refusals are kept: as far back as a series of days that ends today can reach. */
const REFUSALS_KEPT_MS = MAX_POINTS * DAY;

/** How long an endpoint is remembered that nothing is POSTed to any more. */
const ENDPOINTS_KEPT_MS = 30 * DAY;

/** How long the network a token was used from is remembered; after it the audit log says again that it is used from there. */
const TOKEN_NETWORKS_KEPT_MS = 180 * DAY;

/** How far back each kind of row is kept, as times before which it goes. */
export interface Horizon {
  /** Conversations, turns and deliveries of an account. */
  logs: { accountId: string; before: number }[];
  /** The same of channels of which less is kept. */
  channels: { channelId: string; before: number }[];
  idempotencyKeys: number;
  polls: number;
  /** True texts beside masked ones, for callers who ask for an answer again. */
  sealed: number;
  changes: number;
  now: number;
}

/** The rows to remove: those of a table that `isPast` narrows a query to. */
interface Past {
  table: string;
  isPast(query: Knex.QueryBuilder): Knex.QueryBuilder;
  /** Locks what must not come to life before the rows are gone, in the order in which a commit locks it. */
  hold?(trx: Knex.Transaction, ids: string[]): Promise<void>;
  /** Removes what belongs to rows that are gone, in the same transaction. */
  alongWith?(trx: Knex.Transaction, ids: string[]): Promise<void>;
}

/**
 * Removes what is past its time. Rows are looked for on the readers' connections and removed in small transactions under
 * the condition they were found by: one that has come to life in between stays. Open turns and deliveries stay, however
 * old. Gives how many rows went.
 */
export async function sweep(
  database: Database,
  horizon: Horizon,
  removeFiles: (ids: readonly string[]) => Promise<void> = async () => {},
): Promise<number> {
  let removed = 0;
  for (const channel of horizon.channels)
    for (const past of pastOfChannel(channel, removeFiles)) removed += await removeById(database, past);
  await forgetSealed(database.write, horizon.sealed);
  for (const log of horizon.logs)
    for (const past of pastOfAccount(database.write, log)) removed += await removeById(database, past);
  for (const log of horizon.logs) {
    removed += await forgetUsers(database, log);
    const left = [...rowsOfDeleted(database.write, log), itemsOfEnded(database.write, log)];
    for (const past of left) removed += await removeIndexed(database, past);
  }
  for (const past of pastEverywhere(horizon)) removed += await removeIndexed(database, past);
  return removed;
}

type Log = Horizon['logs'][number];

/** Removes deliveries with all that belongs to them. */
export async function removeDeliveries(trx: Knex.Transaction, ids: readonly string[]): Promise<void> {
  await trx('delivery_attempts')
    .whereIn('delivery_id', [...ids])
    .delete();
  await trx('deliveries')
    .whereIn('id', [...ids])
    .delete();
}

/** Removes turns with all that belongs to them. */
export async function removeTurns(trx: Knex.Transaction, ids: readonly string[]): Promise<void> {
  await trx('turns')
    .whereIn('id', [...ids])
    .delete();
}

/** Attachments go with the turns that name them. */
function pastOfChannel(
  { channelId, before }: Horizon['channels'][number],
  removeFiles: (ids: readonly string[]) => Promise<void>,
): Past[] {
  return [
    {
      table: 'deliveries',
      isPast: (query) =>
        query.where('channel_id', channelId).where('created_at', '<', before).whereNot('status', 'PENDING'),
      alongWith: async (trx, ids) => void (await trx('delivery_attempts').whereIn('delivery_id', ids).delete()),
    },
    {
      table: 'turns',
      isPast: (query) =>
        query.where('channel_id', channelId).where('created_at', '<', before).whereIn('status', ['DONE', 'EXPIRED']),
      async hold(trx, ids) {
        const inputs: string[] = await trx('turns').whereIn('id', ids).pluck('input');
        await removeNamedFiles(trx, channelId, inputs, removeFiles);
      },
    },
    pastConversations((query) => query.where('channel_id', channelId), before),
  ];
}

async function removeNamedFiles(
  trx: Knex.Transaction,
  channelId: string,
  inputs: readonly string[],
  removeFiles: (ids: readonly string[]) => Promise<void>,
): Promise<void> {
  const files: string[] = await trx('attachments')
    .where('account_id', trx('channels').select('account_id').where('id', channelId))
    .whereIn('id', inputs.flatMap(fileIdsIn))
    .pluck('id');
  await removeFiles(files);
  await deleteAttachments(trx, files);
}

/** Ids of uploaded files that the JSON text of a message names. */
export function fileIdsIn(text: string): string[] {
  const named = text.matchAll(/"fileId":"([0-9a-f]{24})"|\/api\/attachments\/file\/([0-9a-f]{24})/g);
  return [...new Set([...named].map(([, id, inUrl]) => id ?? inUrl ?? ''))];
}

async function forgetSealed(write: Knex, before: number): Promise<void> {
  const old = () => write('turns').whereNotNull('sealed').where('finished_at', '<', before);
  for (;;) {
    const ids: string[] = await old().limit(ROWS_AT_ONCE).pluck('id');
    if (ids.length > 0) await write('turns').whereIn('id', ids).update({ sealed: null });
    if (ids.length < ROWS_AT_ONCE) return;
  }
}

/** Conversations that are over, with their lanes and sessions. */
function pastConversations(own: (query: Knex.QueryBuilder) => Knex.QueryBuilder, before: number): Past {
  return {
    table: 'conversations',
    // Lanes are found by their ids, which no index is needed for.
    isPast: (query) =>
      own(query)
        .where('last_message_at', '<', before)
        .whereRaw(
          `not exists (select 1 from lanes
              where lanes.id in (conversations.id || ':in', conversations.id || ':out') and lanes.pending > 0)`,
        ),
    hold: async (trx, ids) =>
      void (await trx('lanes').select('id').whereIn('id', lanesOf(ids)).orderBy('id').forUpdate()),
    async alongWith(trx, ids) {
      await trx('lanes').whereIn('id', lanesOf(ids)).where('pending', 0).delete();
      await trx('sessions').whereIn('conversation_id', ids).where('last_message_at', '<', before).delete();
    },
  };
}

/** Deliveries that are not open: one index holds those of an account by status and time. */
const OVER: DeliveryStatus[] = ['DELIVERED', 'DEAD', 'DISCARDED'];

function pastOfAccount(db: Knex, { accountId, before }: Log): Past[] {
  const channels = db('channels').select('id').where('account_id', accountId);
  return [
    {
      table: 'deliveries',
      isPast: (query) => query.where('account_id', accountId).where('created_at', '<', before).whereIn('status', OVER),
      alongWith: async (trx, ids) => void (await trx('delivery_attempts').whereIn('delivery_id', ids).delete()),
    },
    {
      table: 'turns',
      isPast: (query) =>
        query.whereIn('channel_id', channels).where('created_at', '<', before).whereIn('status', ['DONE', 'EXPIRED']),
    },
    {
      table: 'jobs',
      isPast: (query) =>
        query.where('account_id', accountId).where('created_at', '<', before).whereNot('status', 'RUNNING'),
      alongWith: async (trx, ids) => void (await trx('replay_items').whereIn('job_id', ids).delete()),
    },
    {
      table: 'data_table_rows',
      isPast: (query) => query.whereIn('bot_id', deletedBots(db, { accountId, before })),
    },
    pastConversations((query) => query.where('account_id', accountId), before),
  ];
}

const deletedBots = (db: Knex, { accountId, before }: Log): Knex.QueryBuilder =>
  db('bots').select('id').where('account_id', accountId).where('deleted_at', '<', before);

/** What is left of bots deleted before: variables, with their secrets, that serve and that wait for a publish, tests, and accepted differences. */
const rowsOfDeleted = (db: Knex, log: Log): Past[] =>
  ['bot_variables', 'waiting_variables', 'bot_tests', 'accepted_differences'].map((table) => ({
    table,
    isPast: (query) => query.whereIn('bot_id', deletedBots(db, log)),
  }));

/** What replays that were cancelled or failed had yet to send. */
const itemsOfEnded = (db: Knex, { accountId }: Log): Past => {
  const ended = db('jobs').select('id').where('account_id', accountId).whereNot('status', 'RUNNING');
  return { table: 'replay_items', isPast: (query) => query.whereIn('job_id', ended) };
};

function pastEverywhere({ now, ...before }: Horizon): Past[] {
  return [
    { table: 'idempotency_keys', isPast: (query) => query.where('created_at', '<', before.idempotencyKeys) },
    { table: 'polls', isPast: (query) => query.where('answered_at', '<', before.polls) },
    { table: 'used_jtis', isPast: (query) => query.where('expires_at', '<', now) },
    ...FINE_METRICS_KEPT_MS.map(([interval, keptMs]) => ({
      table: 'channel_metrics',
      isPast: (query: Knex.QueryBuilder) => query.where({ interval }).where('start', '<', now - keptMs),
    })),
    { table: 'channel_refusals', isPast: (query) => query.where('hour', '<', now - REFUSALS_KEPT_MS) },
    {
      table: 'endpoints',
      isPast: (query) => query.where('changed_at', '<', now - ENDPOINTS_KEPT_MS).whereNull('paused_at'),
    },
    { table: 'token_networks', isPast: (query) => query.where('at', '<', now - TOKEN_NETWORKS_KEPT_MS) },
    {
      table: 'canary_conversations', // what they add up to is kept with the canary
      isPast: (query) => query.whereRaw('canary_id in (select id from canaries where ended_at > 0)'), // words an index knows
    },
    { table: 'changes', isPast: (query) => query.where('at', '<', before.changes) },
  ];
}

const lanesOf = (conversationIds: string[]): string[] =>
  conversationIds.flatMap((id) => [laneId(id, 'IN'), laneId(id, 'OUT')]);

/** Removes who was there on the days before; how many they were stays in the metrics of the day. */
async function forgetUsers(database: Database, { accountId, before }: Log): Promise<number> {
  const { read, write } = database;
  const days: { channel_id: string; day: number; users: number }[] = await read('channel_users')
    .select('channel_id', 'day')
    .count({ users: '*' })
    .whereIn('channel_id', read('channels').select('id').where('account_id', accountId))
    .where('day', '<', before - (before % DAY))
    .groupBy('channel_id', 'day');
  let removed = 0;
  for (const { channel_id, day, users } of days) {
    await write('channel_metrics')
      .insert({ channel_id, interval: 'DAY', start: day, users })
      .onConflict(['channel_id', 'interval', 'start'])
      .merge({
        // A sweep that was cut short has left fewer rows than there were users.
        users: write.raw(
          'case when channel_metrics.users < excluded.users then excluded.users else channel_metrics.users end',
        ),
      });
    removed += await removeIndexed(database, {
      table: 'channel_users',
      isPast: (query) => query.where({ channel_id, day }),
    });
  }
  return removed;
}

async function removeById({ read, write }: Database, { table, isPast, hold, alongWith }: Past): Promise<number> {
  let removed = 0;
  for (;;) {
    const found: string[] = await isPast(read(table)).limit(ROWS_AT_ONCE).pluck('id');
    if (found.length === 0) return removed;
    const gone = await write.transaction(async (trx) => {
      await hold?.(trx, found);
      const ids: string[] = await isPast(trx(table).whereIn('id', found)).forUpdate().pluck('id');
      await trx(table).whereIn('id', ids).delete();
      await alongWith?.(trx, ids);
      return ids.length;
    });
    removed += gone;
    if (gone === 0) return removed; // all have come to life, or another process sweeps: the next round sees to it
  }
}

/** The same where an index finds the rows at once, and no id names them. */
async function removeIndexed({ write, dialect }: Database, { table, isPast }: Past): Promise<number> {
  const rowId = dialect === 'sqlite' ? 'rowid' : 'ctid';
  let removed = 0;
  for (;;) {
    const found = isPast(write(table).select(write.raw(rowId))).limit(ROWS_AT_ONCE);
    const gone = await isPast(write(table).whereRaw(`${rowId} in (?)`, [found])).delete();
    removed += gone;
    if (gone < ROWS_AT_ONCE) return removed;
  }
}
