import type { Db, Dialect } from '../database/database.js';
import { descending } from '../database/order.js';
import { findPages, type PageRequest } from '../database/page.js';
import { type Derived, type RowWrite, recordSource } from '../database/row-source.js';
import { nullable, number, type RecordOf, table, text } from '../database/table.js';
import { usingIndex } from '../database/using-index.js';
import { TEST_PREFIX } from './conversation-filter.js';
import { OPEN_WORK } from './lanes.js';

/**
 * QUEUED: accepted, not begun. PAUSED: begun, goes on from `resume`. DONE: over, with replies or an error.
 * EXPIRED: its synchronous caller was gone before it could begin; it never ran.
 */
export type TurnStatus = 'QUEUED' | 'PAUSED' | 'DONE' | 'EXPIRED';

/**
 * COMPACT: the texts of a row leave out what its other columns say and what is so of most turns. FULL: they say it all, for
 * processes of 0.1.0, which may read them beside this one on PostgreSQL.
 */
export type RowForm = 'COMPACT' | 'FULL';

/** SQLite has one process. */
export const rowFormOf = (dialect: Dialect): RowForm => (dialect === 'sqlite' ? 'COMPACT' : 'FULL');

const turns = table('turns', {
  id: text(),
  conversationId: text(),
  channelId: text(),
  seq: number,
  traceId: text(),
  status: text<TurnStatus>(),
  input: text(),
  replies: nullable(text()),
  outcome: nullable(text()),
  resume: nullable(text()),
  error: nullable(text()),
  trace: nullable(text()),
  createdAt: number,
  finishedAt: nullable(number),
  /** The turn that answered this message along with its own: this one was joined to it, or superseded. */
  answeredBy: nullable(text()),
  /** The true texts, sealed, where what is stored is masked and somebody still needs them. */
  sealed: nullable(text()),
  customDataCipher: nullable(text()),
});
/** One user message and what the bot said to it. Texts are JSON, but for ids and `error`. */
export type TurnRow = RecordOf<typeof turns>;

export type TurnProgress = Pick<
  TurnRow,
  'id' | 'status' | 'replies' | 'outcome' | 'resume' | 'error' | 'trace' | 'finishedAt'
> &
  Partial<Pick<TurnRow, 'answeredBy' | 'sealed'>>;

/** A turn as it is first written. */
export type NewTurn = Omit<TurnRow, 'answeredBy' | 'sealed' | 'customDataCipher'> &
  Partial<Pick<TurnRow, 'sealed' | 'customDataCipher'>>;

const NEWEST_FIRST = descending(turns, 'createdAt', 'id');

/** One page of turns of each of these conversations, newest first. */
export const turnsOfConversations = (db: Db, conversationIds: readonly string[], request: PageRequest) =>
  findPages(db, turns, NEWEST_FIRST, request, {
    column: 'turns.conversation_id',
    ids: conversationIds,
    idOf: (turn) => turn.conversationId,
  });

/** Turns of an account, or of one bot of it; of users alone. */
export interface TurnsFilter {
  accountId: string;
  botId: string | null;
  conversationIds: readonly string[] | null;
  userId: string | null;
  /** Bounds of the time they began, `to` excluded. */
  from?: number;
  to?: number;
}

/** The newest turns of a filter behind another one. */
export const turnsBehind = (
  db: Db,
  { accountId, botId, conversationIds, userId, from, to }: TurnsFilter,
  { before, limit }: { before: Pick<TurnRow, 'createdAt' | 'id'> | null; limit: number },
): Promise<TurnRow[]> =>
  turns.rows(db, (query) => {
    const channels = db('channels').select('id').where('account_id', accountId);
    if (botId !== null) void channels.where('bot_id', botId);
    void query.whereIn('turns.channel_id', channels).whereRaw(`turns.conversation_id not like '${TEST_PREFIX}%'`);
    if (conversationIds) void query.whereIn('turns.conversation_id', [...conversationIds]);
    if (userId !== null) {
      const own = db('conversations').select('id').where({ account_id: accountId, user_id: userId });
      void query.whereIn('turns.conversation_id', own);
    }
    if (from !== undefined) void query.where('turns.created_at', '>=', from);
    if (to !== undefined) void query.where('turns.created_at', '<', to);
    if (before) void query.whereRaw('(turns.created_at, turns.id) < (?, ?)', [before.createdAt, before.id]);
    return query
      .orderBy([
        { column: 'turns.created_at', order: 'desc' },
        { column: 'turns.id', order: 'desc' },
      ])
      .limit(limit);
  });

export const turnsByIds = (db: Db, ids: readonly string[]): Promise<TurnRow[]> =>
  turns.rows(db, (query) => query.whereIn('turns.id', [...ids]));

/** Those of these conversations in which a turn has failed. */
export const failedConversations = (db: Db, conversationIds: readonly string[]): Promise<string[]> =>
  db(usingIndex(db, 'turns', 'turns_failed'))
    .distinct('conversation_id')
    .whereIn('conversation_id', [...conversationIds])
    .whereNotNull('error')
    .pluck('conversation_id');

/** The turns of an account with this trace id, newest first: a caller that sends its own may use it for several. */
export const turnsOfTrace = (db: Db, accountId: string, traceId: string, limit: number): Promise<TurnRow[]> =>
  turns.rows(db, (query) =>
    query
      .join('conversations', 'conversations.id', 'turns.conversation_id')
      .where('turns.trace_id', traceId)
      .where('conversations.account_id', accountId)
      .orderBy([
        { column: 'turns.created_at', order: 'desc' },
        { column: 'turns.id', order: 'desc' },
      ])
      .limit(limit),
  );

/** The turns of a conversation, oldest first. */
export const turnsOfConversation = (db: Db, conversationId: string, limit: number): Promise<TurnRow[]> =>
  turns.rows(db, (query) =>
    query.where('turns.conversation_id', conversationId).orderBy(['turns.created_at', 'turns.id']).limit(limit),
  );

/** The turns of a conversation up to one of them, or all, newest first. */
export const turnsUpTo = (db: Db, conversationId: string, last: string | null, limit: number): Promise<TurnRow[]> =>
  turns.rows(db, (query) => {
    const found = db('turns').select('created_at', 'id').where({ id: last, conversation_id: conversationId });
    void query.where('turns.conversation_id', conversationId);
    if (last !== null) void query.whereRaw('(turns.created_at, turns.id) <= ?', [found]);
    return query
      .orderBy([
        { column: 'turns.created_at', order: 'desc' },
        { column: 'turns.id', order: 'desc' },
      ])
      .limit(limit);
  });

/** How many messages were said in one turn, by the user and the bot: events and forms are none. */
export interface SaidInTurn {
  id: string;
  createdAt: number;
  messages: number;
}

/** The turns of a conversation before another, newest first, without their texts: the database counts what was said. */
export async function countSaid(
  db: Db,
  dialect: Dialect,
  conversationId: string,
  { before, limit }: { before: SaidInTurn | null; limit: number },
): Promise<SaidInTurn[]> {
  const rows: { id: string; created_at: number; messages: number }[] = await db('turns')
    .select('id', 'created_at', db.raw(`${SAID[dialect]} as messages`))
    .where('conversation_id', conversationId)
    .modify((query) => {
      if (before) void query.whereRaw('(created_at, id) < (?, ?)', [before.createdAt, before.id]);
    })
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit);
  return rows.map((row) => ({ id: row.id, createdAt: Number(row.created_at), messages: Number(row.messages) }));
}

/** PostgreSQL refuses to look into JSON with NUL or half a surrogate pair in it: both are blanked, only types are read. */
export const pgJson = (column: string): string =>
  `regexp_replace(coalesce(${column}, '[]'), '\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\\\u0020', 'g')::json`;
const SAID: Record<Dialect, string> = {
  sqlite: `(json_extract(input, '$.message.type') in ('text', 'template')) +
    (select count(*) from json_each(coalesce(replies, '[]')) where json_extract(json_each.value, '$.type') <> 'event')`,
  postgres: `(${pgJson('input')} #>> '{message,type}' in ('text', 'template'))::int +
    (select count(*) from json_array_elements(${pgJson('replies')}) as reply where reply ->> 'type' <> 'event')`,
};

/** New turns, each with its number; `derived` gives it where it is known to the database alone. */
export function turnInsert(dialect: Dialect, derived?: Derived): RowWrite<NewTurn> {
  const source = recordSource<NewTurn>(
    dialect,
    {
      id: 'text',
      conversationId: 'text',
      channelId: 'text',
      seq: 'int',
      traceId: 'text',
      status: 'text',
      input: 'text',
      replies: 'text',
      outcome: 'text',
      resume: 'text',
      error: 'text',
      trace: 'text',
      createdAt: 'int',
      finishedAt: 'int',
      sealed: 'text',
      customDataCipher: 'text',
    },
    derived,
  );
  const columns = source.columns.join(', ');
  const sql = `insert into turns (${columns}) select ${columns} from ${source.from} where true`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

export function turnProgress(dialect: Dialect): RowWrite<TurnProgress> {
  const source = recordSource<TurnProgress>(dialect, {
    id: 'text',
    status: 'text',
    replies: 'text',
    outcome: 'text',
    resume: 'text',
    error: 'text',
    trace: 'text',
    finishedAt: 'int',
    answeredBy: 'text',
    sealed: 'text',
  });
  const sql = `update turns set status = v.status, replies = v.replies, outcome = v.outcome, resume = v.resume,
    error = v.error, trace = v.trace, finished_at = v.finished_at, answered_by = v.answered_by, sealed = v.sealed
    from ${source.from} where ${source.by('turns.id', 'id')}`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

/** `open` gives a turn as it was said: those who run and answer it need it so. */
export function turnStore(open: (row: TurnRow) => TurnRow = (row) => row) {
  return {
    /** Turns of a conversation that are not over, in lane order. */
    open: async (db: Db, conversationId: string, limit: number): Promise<TurnRow[]> => {
      const rows = await turns.rows(db, (query) =>
        query
          .where('turns.conversation_id', conversationId)
          .whereRaw(`turns.${OPEN_WORK.IN}`)
          .orderBy('turns.seq')
          .limit(limit),
      );
      return rows.map(open);
    },

    /** Turns whose messages this one answers, in lane order. */
    answeredBy: async (db: Db, conversationId: string, turnId: string): Promise<TurnRow[]> => {
      const rows = await turns.rows(db, (query) =>
        query.where('turns.conversation_id', conversationId).where('turns.answered_by', turnId).orderBy('turns.seq'),
      );
      return rows.map(open);
    },

    byIds: async (db: Db, ids: readonly string[]): Promise<TurnRow[]> => (await turnsByIds(db, ids)).map(open),
  };
}
