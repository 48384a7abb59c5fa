import type { Knex } from 'knex';
import type { Dialect } from '../database/database.js';
import { rowSource, writeRows } from '../database/row-source.js';
import type { Statements } from '../database/statements.js';

/** The state of a conversation between its first message and the silence that ends it. `state` is JSON text. */
export interface SessionRow {
  conversationId: string;
  id: string;
  state: string;
  startedAt: number;
  lastMessageAt: number;
}

interface Stored {
  conversation_id: string;
  id: string;
  state: string;
  started_at: number;
  last_message_at: number;
}

export function sessionStore(dialect: Dialect) {
  const source = rowSource(dialect, {
    conversation_id: 'text',
    id: 'text',
    state: 'text',
    started_at: 'int',
    last_message_at: 'int',
  });
  const saveSql = `insert into sessions (conversation_id, id, state, started_at, last_message_at)
    select conversation_id, id, state, started_at, last_message_at from ${source.from} where true
    on conflict (conversation_id) do update set id = excluded.id, state = excluded.state,
      started_at = excluded.started_at, last_message_at = excluded.last_message_at`;
  return {
    /** Replaces the session of each conversation. One row per conversation. */
    async save(trx: Statements, rows: Iterable<SessionRow>): Promise<void> {
      const cells = Array.from(rows, (r) => [r.conversationId, r.id, r.state, r.startedAt, r.lastMessageAt]);
      await writeRows(trx, source, saveSql, cells);
    },

    /** Sessions by conversation, in the order asked; null where there is none. */
    async load(db: Knex, conversationIds: readonly string[]): Promise<(SessionRow | null)[]> {
      const rows = await db<Stored>('sessions')
        .select('conversation_id', 'id', 'state', 'started_at', 'last_message_at')
        .whereIn('conversation_id', [...conversationIds]);
      const found = new Map(rows.map((row) => [row.conversation_id, toSession(row)]));
      return conversationIds.map((id) => found.get(id) ?? null);
    },
  };
}

const toSession = (row: Stored): SessionRow => ({
  conversationId: row.conversation_id,
  id: row.id,
  state: row.state,
  startedAt: row.started_at,
  lastMessageAt: row.last_message_at,
});
