import type { Knex } from 'knex';
import type { Dialect } from './database.js';
import { rowSource, runRows } from './row-source.js';

/**
 * QUEUED: accepted, not begun. PAUSED: begun, goes on from `resume`. DONE: over, with replies or an error.
 * EXPIRED: its synchronous caller was gone before it could begin; it never ran.
 */
export type TurnStatus = 'QUEUED' | 'PAUSED' | 'DONE' | 'EXPIRED';

/** One user message and what the bot said to it. Texts are JSON unless they are null. */
export interface TurnRow {
  id: string;
  conversationId: string;
  channelId: string;
  seq: number;
  traceId: string;
  status: TurnStatus;
  input: string;
  replies: string | null;
  outcome: string | null;
  resume: string | null;
  error: string | null;
  trace: string | null;
  createdAt: number;
  finishedAt: number | null;
}

export type TurnProgress = Pick<
  TurnRow,
  'id' | 'status' | 'replies' | 'outcome' | 'resume' | 'error' | 'trace' | 'finishedAt'
>;

const COLUMNS = [
  'id',
  'conversation_id',
  'channel_id',
  'seq',
  'trace_id',
  'status',
  'input',
  'replies',
  'outcome',
  'resume',
  'error',
  'trace',
  'created_at',
  'finished_at',
] as const;

type Stored = Record<(typeof COLUMNS)[number], never>;

export function turnStore(dialect: Dialect) {
  const insertSource = rowSource(dialect, {
    id: 'text',
    conversation_id: 'text',
    channel_id: 'text',
    seq: 'int',
    trace_id: 'text',
    status: 'text',
    input: 'text',
    replies: 'text',
    outcome: 'text',
    resume: 'text',
    error: 'text',
    trace: 'text',
    created_at: 'int',
    finished_at: 'int',
  });
  const insertSql = `insert into turns (${COLUMNS.join(', ')}) select ${COLUMNS.join(', ')} from ${insertSource.from} where true`;
  const progressSource = rowSource(dialect, {
    id: 'text',
    status: 'text',
    replies: 'text',
    outcome: 'text',
    resume: 'text',
    error: 'text',
    trace: 'text',
    finished_at: 'int',
  });
  const progressSql = `update turns set status = v.status, replies = v.replies, outcome = v.outcome, resume = v.resume,
    error = v.error, trace = v.trace, finished_at = v.finished_at from ${progressSource.from} where turns.id = v.id`;

  return {
    async insert(trx: Knex, rows: TurnRow[]): Promise<void> {
      const cells = rows.map((r) => [
        r.id,
        r.conversationId,
        r.channelId,
        r.seq,
        r.traceId,
        r.status,
        r.input,
        r.replies,
        r.outcome,
        r.resume,
        r.error,
        r.trace,
        r.createdAt,
        r.finishedAt,
      ]);
      await runRows(trx, dialect, insertSource, insertSql, cells);
    },

    async progress(trx: Knex, rows: TurnProgress[]): Promise<void> {
      const cells = rows.map((r) => [r.id, r.status, r.replies, r.outcome, r.resume, r.error, r.trace, r.finishedAt]);
      await runRows(trx, dialect, progressSource, progressSql, cells);
    },

    /** Turns of a conversation that are not over, in lane order. */
    async open(db: Knex, conversationId: string, limit: number): Promise<TurnRow[]> {
      const rows = await db<Stored>('turns')
        .select(...COLUMNS)
        .where('conversation_id', conversationId)
        .whereIn('status', ['QUEUED', 'PAUSED'])
        .orderBy('seq')
        .limit(limit);
      return rows.map(toTurn);
    },

    async byIds(db: Knex, ids: readonly string[]): Promise<TurnRow[]> {
      const rows = await db<Stored>('turns')
        .select(...COLUMNS)
        .whereIn('id', [...ids]);
      return rows.map(toTurn);
    },
  };
}

function toTurn(row: Stored): TurnRow {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    channelId: row.channel_id,
    seq: row.seq,
    traceId: row.trace_id,
    status: row.status,
    input: row.input,
    replies: row.replies,
    outcome: row.outcome,
    resume: row.resume,
    error: row.error,
    trace: row.trace,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
