import type { Db, Dialect } from '../database/database.js';
import { type RowWrite, recordSource, rowSource } from '../database/row-source.js';
import { queryOnce } from '../database/statements.js';
import { number, type RecordOf, table, text } from '../database/table.js';
import { laneId } from './lane-writes.js';

const columns = { conversationId: text(), id: text(), state: text(), startedAt: number, lastMessageAt: number };
const sessions = table('sessions', columns, { wide: true });
/** The state of a conversation between its first message and the silence that ends it. `state` is JSON text. */
export type SessionRow = RecordOf<typeof sessions>;

/** A conversation nobody works on. `epoch`: of its inbound lane; 0: it has none. */
export interface SessionAtRest {
  session: SessionRow | null;
  epoch: number;
}

/** Replaces the session of each conversation. One row per conversation. */
export function sessionSave(dialect: Dialect): RowWrite<SessionRow> {
  const source = recordSource<SessionRow>(dialect, {
    conversationId: 'text',
    id: 'text',
    state: 'text',
    startedAt: 'int',
    lastMessageAt: 'int',
  });
  const sql = `insert into sessions (conversation_id, id, state, started_at, last_message_at)
    select conversation_id, id, state, started_at, last_message_at from ${source.from} where true
    on conflict (conversation_id) do update set id = excluded.id, state = excluded.state,
      started_at = excluded.started_at, last_message_at = excluded.last_message_at`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

export function sessionStore(dialect: Dialect) {
  const ids = rowSource(dialect, { id: 'text' });
  const atRest = `select lanes.conversation_id as conversation, lanes.epoch, lanes.pending, sessions.*
    from ${ids.from} join lanes on lanes.id = v.id left join sessions on sessions.conversation_id = lanes.conversation_id`;
  const ofConversations = `select ${sessions.columns.join(', ')}
    from ${ids.from} join sessions on sessions.conversation_id = v.id`;
  return {
    /** Conversations as they are between turns: the session, and the epoch of the inbound lane. Null: one is under way. */
    async loadAtRest(db: Db, conversationIds: readonly string[]): Promise<(SessionAtRest | null)[]> {
      const rows = await queryOnce<Record<string, unknown>>(db, atRest, [
        ids.bind(conversationIds.map((id) => [laneId(id, 'IN')])),
      ]);
      const found = new Map(rows.map((row) => [String(row.conversation), row]));
      return conversationIds.map((id) => {
        const row = found.get(id);
        if (!row) return { session: null, epoch: 0 };
        if (Number(row.pending) > 0) return null;
        return { session: row.id === null ? null : sessions.read(row), epoch: Number(row.epoch) };
      });
    },

    /** Sessions by conversation, in the order asked; null where there is none. */
    async load(db: Db, conversationIds: readonly string[]): Promise<(SessionRow | null)[]> {
      const rows = await queryOnce(db, ofConversations, [ids.bind(conversationIds.map((id) => [id]))]);
      const found = new Map(rows.map(sessions.read).map((row) => [row.conversationId, row]));
      return conversationIds.map((id) => found.get(id) ?? null);
    },
  };
}
