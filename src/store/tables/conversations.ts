import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import { atMost } from '../../at-most.js';
import type { TestedVersion } from '../../vocabulary.js';
import type { Db, Dialect } from '../database/database.js';
import { descending } from '../database/order.js';
import { findPageIn, type Page, type PageRequest } from '../database/page.js';
import { type RowWrite, recordSource } from '../database/row-source.js';
import { searchPage } from '../database/search-page.js';
import { number, type RecordOf, table, text } from '../database/table.js';
import { withoutIndex } from '../database/using-index.js';
import {
  type ConversationFilter,
  conversationParts,
  LAST_MESSAGE_AT,
  TEST_PREFIX,
  TOUCHED_EVERY_MS,
} from './conversation-filter.js';
import { type ConversationSearch, chunkOf, matchOf } from './conversation-search.js';

/** One user (in one group) on one channel. */
export interface ConversationRow {
  id: string;
  accountId: string;
  channelId: string;
  userId: string;
  groupId: string;
  at: number;
}

const conversations = table('conversations', {
  id: text(),
  accountId: text(),
  channelId: text(),
  userId: text(),
  groupId: text(),
  startedAt: number,
  /** Time of a message, at most TOUCHED_EVERY_MS before the last one. */
  lastMessageAt: number,
});
export type ConversationRecord = RecordOf<typeof conversations>;

/** Conversations remembered; beyond, the one unused for longest is written again with its next message. */
const MAX_REMEMBERED = 50_000;

const LATEST_FIRST = descending(conversations, 'lastMessageAt', 'id');

/** The last active first: in the order of what is stored, while each tells when its last message really came. */
export async function listConversations(
  db: Db,
  accountId: string,
  { search, ...request }: ConversationFilter & PageRequest & { search?: ConversationSearch | null },
): Promise<Page<ConversationRecord>> {
  const said = search ? matchOf(db, search) : null;
  const parts = (await conversationParts(db, accountId, request)).map(({ match, ...part }) => ({
    ...part,
    match: match && said ? (query: Knex.QueryBuilder) => said(match(query)) : (match ?? said),
  }));
  const page = await (parts.some(({ match }) => match)
    ? searchPage(db, conversations, LATEST_FIRST, request, parts, chunkOf(search))
    : findPageIn(db, conversations, LATEST_FIRST, request, parts));
  const lastAt = await lastMessagesAt(
    db,
    page.edges.map(({ node }) => node.id),
  );
  const edges = page.edges.map(({ cursor, node }) => ({
    cursor,
    node: { ...node, lastMessageAt: lastAt.get(node.id) ?? node.lastMessageAt },
  }));
  return { ...page, edges };
}

async function lastMessagesAt(db: Db, ids: readonly string[]): Promise<Map<string, number>> {
  const rows: { id: string; at: number }[] = await db('conversations')
    .select('id', db.raw(`${LAST_MESSAGE_AT} as at`))
    .whereIn('id', ids as string[]);
  return new Map(rows.map(({ id, at }) => [id, Number(at)]));
}

/** When users last wrote on each of these channels, give or take TOUCHED_EVERY_MS; those on which nobody did are left out. */
export async function lastMessagesOfChannels(
  db: Db,
  channelIds: readonly string[],
): Promise<{ channelId: string; at: number }[]> {
  const newest = db('conversations')
    .max('last_message_at')
    .whereRaw('conversations.channel_id = channels.id')
    .whereRaw(`conversations.id not like '${TEST_PREFIX}%'`);
  const rows: { id: string; at: number | string | null }[] = await db('channels')
    .select('id', newest.as('at'))
    .whereIn('id', channelIds as string[]);
  return rows.flatMap(({ id, at }) => (at === null ? [] : [{ channelId: id, at: Number(at) }]));
}

/** Conversations of an account by their ids. */
export async function conversationsOfAccount(
  db: Db,
  accountId: string,
  ids: readonly string[],
): Promise<ConversationRecord[]> {
  const found = await conversations.rowsIn(db, 'id', ids, (query) =>
    query.whereRaw(`${withoutIndex(db, 'conversations.account_id')} = ?`, [accountId]),
  );
  const lastAt = await lastMessagesAt(
    db,
    found.map(({ id }) => id),
  );
  return found.map((one) => ({ ...one, lastMessageAt: lastAt.get(one.id) ?? one.lastMessageAt }));
}

/** The conversations of an end user that began before a time, oldest first. */
/** Conversations by id, of whatever account. */
export const conversationsByIds = (db: Db, ids: readonly string[]) => conversations.rowsIn(db, 'id', ids);

export const endUserConversations = (
  db: Db,
  scope: { accountId: string; user: string; channelId: string | null; botId: string | null; until: number },
  limit: number,
): Promise<ConversationRecord[]> =>
  conversations.rows(db, (query) => {
    const { accountId, user, channelId, botId, until } = scope;
    const own = query
      .where({ 'conversations.account_id': accountId, 'conversations.user_id': user })
      .where('conversations.started_at', '<=', until)
      .orderBy(['conversations.started_at', 'conversations.id'])
      .limit(limit);
    if (channelId) void own.where('conversations.channel_id', channelId);
    if (botId) void own.whereIn('conversations.channel_id', db('channels').select('id').where('bot_id', botId));
    return own;
  });

/**
 * Derived from what identifies it, so that accepting a message needs no look-up. `test`: the version that is tried; such
 * a conversation is told by its id, and is never one of a user.
 */
export function conversationId(channelId: string, userId: string, groupId: string, test?: TestedVersion): string {
  const named = `${channelId}\n${userId.length}\n${userId}\n${groupId}`;
  const digest = hash('sha256', test ? `${named}\n${test}` : named).slice(0, 32);
  return `${test ? TEST_PREFIX : 'cv-'}${digest}`;
}

/** Whether it is a conversation in which somebody of the account tried the bot. */
export const isTestConversation = (id: string): boolean => id.startsWith(TEST_PREFIX);

/** Inserts new conversations, and moves `last_message_at` of known ones. One row per conversation. */
export function conversationTouch(dialect: Dialect): RowWrite<ConversationRow> {
  const source = recordSource<ConversationRow>(dialect, {
    id: 'text',
    accountId: 'text',
    channelId: 'text',
    userId: 'text',
    groupId: 'text',
    at: 'int',
  });
  const sql = `insert into conversations (id, account_id, channel_id, user_id, group_id, started_at, last_message_at)
    select id, account_id, channel_id, user_id, group_id, at, at from ${source.from} where true
    on conflict (id) do update set last_message_at = excluded.last_message_at`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

/** Which conversations are to be written with a message: those that have just begun, and others now and then. */
export function dueConversations() {
  /** When those of late were written: a memory of what is in the table, not the other way round. */
  const touchedAt = new LRUCache<string, number>(atMost(MAX_REMEMBERED));
  return {
    isDue: ({ id, at }: ConversationRow): boolean =>
      at - (touchedAt.get(id) ?? Number.NEGATIVE_INFINITY) >= TOUCHED_EVERY_MS,
    written(rows: readonly ConversationRow[]): void {
      for (const { id, at } of rows) touchedAt.set(id, at);
    },
  };
}
