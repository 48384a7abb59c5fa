import { hash } from 'node:crypto';
import type { Db, Dialect } from './database.js';
import { findPage, type Order, type PageRequest } from './page.js';
import { rowSource, runRows } from './row-source.js';
import type { Statements } from './statements.js';
import { number, type RecordOf, table, text } from './table.js';

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
  lastMessageAt: number,
});
export type ConversationRecord = RecordOf<typeof conversations>;

const LATEST_FIRST: Order<ConversationRecord> = {
  column: 'conversations.last_message_at',
  id: 'conversations.id',
  direction: 'desc',
  keyOf: (conversation) => [conversation.lastMessageAt, conversation.id],
};

export interface ConversationFilter {
  channelId?: string | null | undefined;
  user?: string | null | undefined;
  /** Of the last message, in milliseconds since the epoch; `to` excluded. */
  from?: number | undefined;
  to?: number | undefined;
}

export const listConversations = (db: Db, accountId: string, request: ConversationFilter & PageRequest) =>
  findPage(db, conversations, LATEST_FIRST, request, (query) => {
    void query.where('conversations.account_id', accountId); // a builder: it runs when it is awaited
    if (request.channelId) void query.where('conversations.channel_id', request.channelId);
    if (request.user) void query.where('conversations.user_id', request.user);
    if (request.from !== undefined) void query.where('conversations.last_message_at', '>=', request.from);
    if (request.to !== undefined) void query.where('conversations.last_message_at', '<', request.to);
    return query;
  });

/** Derived from what identifies it, so that accepting a message needs no look-up. */
export function conversationId(channelId: string, userId: string, groupId: string): string {
  const digest = hash('sha256', `${channelId}\n${userId.length}\n${userId}\n${groupId}`);
  return `cv-${digest.slice(0, 32)}`;
}

export function conversationWrites(dialect: Dialect) {
  const source = rowSource(dialect, {
    id: 'text',
    account_id: 'text',
    channel_id: 'text',
    user_id: 'text',
    group_id: 'text',
    at: 'int',
  });
  const touchSql = `insert into conversations (id, account_id, channel_id, user_id, group_id, started_at, last_message_at)
    select id, account_id, channel_id, user_id, group_id, at, at from ${source.from} where true
    on conflict (id) do update set last_message_at = excluded.last_message_at`;
  return {
    /** Inserts new conversations and moves `last_message_at` of known ones. One row per conversation. */
    async touch(trx: Statements, rows: Iterable<ConversationRow>): Promise<void> {
      const cells = Array.from(rows, (r) => [r.id, r.accountId, r.channelId, r.userId, r.groupId, r.at]);
      await runRows(trx, source, touchSql, cells);
    },
  };
}
