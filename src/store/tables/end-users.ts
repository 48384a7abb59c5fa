import type { Knex } from 'knex';
import { rowId } from '../../ids.js';
import type { Db, Dialect } from '../database/database.js';
import { deleteAttachments } from './attachments.js';
import { type ConversationRecord, endUserConversations } from './conversations.js';
import { forgetConversation } from './jobs.js';
import { laneId, OPEN_WORK } from './lanes.js';
import { fileIdsIn, removeDeliveries, removeTurns } from './retention.js';

/** An end user's rows: of the whole account, or of one of its channels or bots. Rows from after `until` are not meant. */
export interface EndUserScope {
  accountId: string;
  user: string;
  channelId: string | null;
  botId: string | null;
  until: number;
}

/** Rows of one conversation that one transaction removes. */
const ROWS_AT_ONCE = 200;

/** A conversation that has rows to remove, or null when none is left. */
export const nextConversation = async (db: Db, scope: EndUserScope): Promise<ConversationRecord | null> =>
  (await endUserConversations(db, scope, 1))[0] ?? null;

/** What one transaction has removed. */
interface Removed {
  turns: number;
  deliveries: number;
  attachments: number;
  /** Nothing from before remains. */
  over: boolean;
}

/** Which rows of a conversation are from before. */
interface Before {
  /** When it was asked for: what was accepted until then goes. */
  until: number;
  /** When the conversation was taken from its bot: what was answered until then knows of before, and goes, too. */
  takenAt: number;
}

/**
 * Removes some of what a conversation holds from before, and takes its lanes from whoever holds them: what is being said
 * and sent of it can commit nothing any more. What came later stays, as a conversation that begins there. `before` is
 * asked once nobody else can write to the conversation.
 */
export async function removeConversation(
  trx: Knex.Transaction,
  { id, accountId }: Pick<ConversationRecord, 'id' | 'accountId'>,
  before: () => Before,
  now: number,
  removeFiles: (ids: readonly string[]) => Promise<void>,
): Promise<Removed> {
  await trx('lanes')
    .select('id')
    .whereIn('id', [laneId(id, 'IN'), laneId(id, 'OUT')])
    .orderBy('id')
    .forUpdate();
  const { until, takenAt } = before();
  const turns: { id: string; input: string }[] = await trx('turns')
    .where('conversation_id', id)
    .whereRaw("(created_at <= ? or (created_at <= ? and status <> 'QUEUED'))", [until, takenAt])
    .orderBy('created_at')
    .limit(ROWS_AT_ONCE)
    .select('id', 'input');
  const turnIds = turns.map((turn) => turn.id);
  const deliveryIds: string[] = await trx('deliveries')
    .where('conversation_id', id)
    .where((query) => void query.where('created_at', '<=', until).orWhereIn('turn_id', turnIds))
    .limit(ROWS_AT_ONCE)
    .pluck('id');
  await removeDeliveries(trx, deliveryIds);
  const isWhole = deliveryIds.length < ROWS_AT_ONCE; // else turns wait for their deliveries, which are found by them
  let attachments = 0;
  if (isWhole) {
    const files: string[] = await trx('attachments')
      .where('account_id', accountId)
      .whereIn(
        'id',
        turns.flatMap(({ input }) => fileIdsIn(input)),
      )
      .pluck('id');
    await removeFiles(files);
    attachments = await deleteAttachments(trx, files);
    await removeTurns(trx, turnIds);
  }
  await trx('sessions').where('conversation_id', id).where('started_at', '<=', takenAt).delete();
  // It still counts, as somebody's.
  await trx('canary_conversations')
    .where('conversation_id', id)
    .update({ conversation_id: rowId('cv') });
  await forgetConversation(trx, id);
  const left = { IN: await fence(trx, id, 'IN', now), OUT: await fence(trx, id, 'OUT', now) };
  const over = isWhole && turnIds.length < ROWS_AT_ONCE;
  if (over && left.IN + left.OUT === 0) await trx('conversations').where({ id }).delete();
  else if (over)
    await trx('conversations')
      .where({ id })
      .update({ started_at: takenAt + 1 });
  return { turns: isWhole ? turnIds.length : 0, deliveries: deliveryIds.length, attachments, over };
}

const TABLE_OF = { IN: 'turns', OUT: 'deliveries' } as const;

/** Takes a lane from its holder. Gives how many rows it still has; without any it counts from one again. */
async function fence(
  trx: Knex.Transaction,
  conversation: string,
  direction: 'IN' | 'OUT',
  now: number,
): Promise<number> {
  const own = () => trx(TABLE_OF[direction]).where('conversation_id', conversation);
  const count = async (query: Knex.QueryBuilder) => Number((await query.count({ n: '*' }).first())?.n ?? 0);
  const left = await count(own());
  const pending = left === 0 ? 0 : await count(own().whereRaw(OPEN_WORK[direction]));
  await trx('lanes')
    .where('id', laneId(conversation, direction))
    .update({
      pending,
      // One more is the holder's own next lease; two say that somebody else has had the lane.
      epoch: trx.raw('epoch + 2'),
      owner: null,
      due: pending > 0 ? now : null,
      ...(left === 0 && { next_seq: 1 }),
    });
  return left;
}

const channelsOf = (db: Db, { accountId, channelId, botId }: EndUserScope): Knex.QueryBuilder =>
  db('channels')
    .select('id')
    .where('account_id', accountId)
    .modify((query) => {
      if (channelId) void query.where('id', channelId);
      if (botId) void query.where('bot_id', botId);
    });

/** The days on which a user was there. */
export const daysOf = async (db: Db, scope: EndUserScope): Promise<{ channelId: string; day: number }[]> => {
  const rows: { channel_id: string; day: number }[] = await db('channel_users')
    .where('user_id', scope.user)
    .whereIn('channel_id', channelsOf(db, scope))
    .where('day', '<=', scope.until)
    .orderBy(['day', 'channel_id'])
    .select('channel_id', 'day');
  return rows.map((row) => ({ channelId: row.channel_id, day: Number(row.day) }));
};

/** Somebody was there on these days, and nobody knows who: how many users there were stays as it is. */
export async function forgetDays(
  trx: Db,
  user: string,
  days: readonly { channelId: string; day: number }[],
  nobody: string,
): Promise<void> {
  for (const { channelId, day } of days)
    await trx('channel_users').where({ channel_id: channelId, day, user_id: user }).update({ user_id: nobody });
}

export const keysOf = async (
  db: Db,
  scope: EndUserScope,
): Promise<{ channelId: string; key: string; at: number }[]> => {
  const rows: { channel_id: string; key: string; created_at: number }[] = await db('idempotency_keys')
    .where('user_id', scope.user)
    .whereIn('channel_id', channelsOf(db, scope))
    .where('created_at', '<=', scope.until)
    .select('channel_id', 'key', 'created_at');
  return rows.map((row) => ({ channelId: row.channel_id, key: row.key, at: Number(row.created_at) }));
};

export const removeKeys = (trx: Db, scope: EndUserScope): Promise<number> =>
  trx('idempotency_keys')
    .where('user_id', scope.user)
    .whereIn('channel_id', channelsOf(trx, scope))
    .where('created_at', '<=', scope.until)
    .delete();

/** JSON text in which a user may be named, as a value of its own. */
const naming = (dialect: Dialect, column: string) =>
  dialect === 'sqlite' ? `instr(${column}, ?) > 0` : `position(? in ${column}) > 0`;

/** How JSON text spells a user's id. */
const spelled = (user: string): string => JSON.stringify(user).slice(1, -1);

/** Rows of data tables with a cell that is the user's id. */
export async function dataTableRowsOf(
  db: Db,
  dialect: Dialect,
  { accountId, botId, channelId, user, until }: EndUserScope,
): Promise<{ id: string; botId: string; tableName: string; row: Record<string, unknown> }[]> {
  if (channelId) return []; // rows belong to a bot, whichever channel it was asked on
  const bots = db('bots')
    .select('id')
    .where('account_id', accountId)
    .modify((query) => {
      if (botId) void query.where('id', botId);
    });
  const rows: { id: string; bot_id: string; table_name: string; row: string }[] = await db('data_table_rows')
    .whereIn('bot_id', bots)
    .where('created_at', '<=', until)
    .whereRaw(naming(dialect, '"row"'), [spelled(user)])
    .select('id', 'bot_id', 'table_name', 'row');
  return rows
    .map((row) => ({ id: row.id, botId: row.bot_id, tableName: row.table_name, row: JSON.parse(row.row) }))
    .filter(({ row }) => Object.values(row).some((cell) => isUser(cell, user)));
}

const isUser = (cell: unknown, user: string): boolean =>
  (typeof cell === 'string' || typeof cell === 'number') && String(cell) === user;

/** Where the account's own records say a user's id: what somebody looked for, or sent. */
const RECORDS = [
  { table: 'audit_entries', column: 'details', at: 'at' },
  { table: 'jobs', column: 'parameters', at: 'created_at' },
  { table: 'alert_incidents', column: 'facts', at: 'opened_at' },
  { table: 'deliveries', column: 'payload', at: 'created_at' }, // of alerts that told of one of these
] as const;

const alertsOf = (db: Db, accountId: string) => db('alert_subscriptions').select('id').where('account_id', accountId);

interface Naming {
  table: (typeof RECORDS)[number]['table'];
  id: string;
  text: string;
}

/** The records of an account that name a user. They are none of the user's: the id is taken out of them. */
export async function recordsNaming(
  db: Db,
  dialect: Dialect,
  { accountId, user, until }: EndUserScope,
): Promise<Naming[]> {
  const found: Naming[] = [];
  for (const { table, column, at } of RECORDS) {
    const rows: { id: string; text: string }[] = await db(table)
      .where('account_id', accountId)
      .where(at, '<=', until)
      .modify((query) => {
        if (table === 'deliveries') void query.whereIn('channel_id', alertsOf(db, accountId));
      })
      .where((query) => {
        for (const one of [spelled(user), spelled(spelled(user))])
          void query.orWhereRaw(naming(dialect, column), [one]);
      })
      .select('id', { text: column });
    found.push(...rows.map((row) => ({ table, ...row })));
  }
  return found;
}

export async function takeNameOut(trx: Db, user: string, records: readonly Naming[]): Promise<void> {
  for (const { table, id, text } of records) {
    const column = RECORDS.find((record) => record.table === table)?.column ?? 'details';
    const without = JSON.stringify(withoutUser(JSON.parse(text), user));
    await trx(table).where({ id }).update(column, without);
    if (table !== 'deliveries') continue;
    await trx(table).where({ id }).update('first_response_body', null);
    await trx('delivery_attempts').where('delivery_id', id).update('response_body', null);
  }
}

/** What stands where a user's id was. */
export const ERASED = '(erased)';

function withoutUser(value: unknown, user: string): unknown {
  if (typeof value === 'string') {
    if (value === user) return ERASED;
    // What an alert tells of an audit entry is JSON within JSON.
    const within = value.startsWith('{') && value.includes(spelled(user)) ? parsedOr(value) : value;
    return typeof within === 'string' ? value : JSON.stringify(withoutUser(within, user));
  }
  if (typeof value === 'number') return String(value) === user ? ERASED : value;
  if (Array.isArray(value)) return value.map((item) => withoutUser(item, user));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUser(item, user)]));
}

/** A text that only looks like JSON stays as it is. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
