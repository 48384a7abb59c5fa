import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Dialect } from './database.js';
import { rowSource, runRows } from './row-source.js';

/** One user (in one group) on one channel. */
export interface ConversationRow {
  id: string;
  accountId: string;
  channelId: string;
  userId: string;
  groupId: string;
  at: number;
}

/** Derived from what identifies it, so that accepting a message needs no look-up. */
export function conversationId(channelId: string, userId: string, groupId: string): string {
  const digest = createHash('sha256').update(`${channelId}\n${userId.length}\n${userId}\n${groupId}`).digest('hex');
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
    async touch(trx: Knex, rows: Iterable<ConversationRow>): Promise<void> {
      const cells = Array.from(rows, (r) => [r.id, r.accountId, r.channelId, r.userId, r.groupId, r.at]);
      await runRows(trx, dialect, source, touchSql, cells);
    },
  };
}
