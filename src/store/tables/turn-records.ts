import type { Db, Dialect } from '../database/database.js';
import { type RowWrite, recordSource } from '../database/row-source.js';
import { number, type RecordOf, table, text } from '../database/table.js';

const columns = {
  turnId: text(),
  conversationId: text(),
  channelId: text(),
  /** The turn's clock: turns of one conversation follow one another by it. */
  at: number,
  /** Sealed. */
  record: text(),
};
const turnRecords = table('turn_records', columns, { wide: true });
/** What it takes to run a turn again. It goes with the turn. */
export type NewTurnRecord = RecordOf<typeof turnRecords>;

export const turnRecordsOf = (db: Db, turnIds: readonly string[]) => turnRecords.rowsIn(db, 'turnId', turnIds);

/** Those of these turns that have one. */
export const recordedTurns = (db: Db, turnIds: readonly string[]): Promise<string[]> =>
  db('turn_records')
    .whereIn('turn_id', [...turnIds])
    .pluck('turn_id');

export function turnRecordInsert(dialect: Dialect): RowWrite<NewTurnRecord> {
  const source = recordSource<NewTurnRecord>(dialect, {
    turnId: 'text',
    conversationId: 'text',
    channelId: 'text',
    at: 'int',
    record: 'text',
  });
  const names = source.columns.join(', ');
  const sql = `insert into turn_records (${names}) select ${names} from ${source.from} where true`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

/** Records of a channel between two times. */
export interface RecordSpan {
  from: number;
  to: number;
}

/** The place of a record among those of its channel: conversation by conversation, in the order of each. */
export type RecordPlace = Pick<NewTurnRecord, 'conversationId' | 'at' | 'turnId'>;

/** Characters of a conversation's id that a place keeps once its user has been erased: no more than finds the place again. */
const KEPT_OF_ERASED = 'cv-'.length + 8;

/** Stands in a place for a conversation that is gone, whose id would tell whose it was: right after it. */
export const erasedConversation = (conversationId: string): string => `${conversationId.slice(0, KEPT_OF_ERASED)}~`;

/** The next records of a channel, with the trace ids of their turns. */
export async function nextTurnRecords(
  db: Db,
  channelId: string,
  { from, to }: RecordSpan,
  after: RecordPlace | null,
  limit: number,
): Promise<(NewTurnRecord & { traceId: string })[]> {
  const rows = await turnRecords.rows(db, (query) => {
    const own = query.where('turn_records.channel_id', channelId).whereBetween('turn_records.at', [from, to - 1]);
    if (after)
      void own.whereRaw('(turn_records.conversation_id, turn_records.at, turn_records.turn_id) > (?, ?, ?)', [
        after.conversationId,
        after.at,
        after.turnId,
      ]);
    return own.orderBy(['turn_records.conversation_id', 'turn_records.at', 'turn_records.turn_id']).limit(limit);
  });
  const ids = rows.map((row) => row.turnId);
  const traces: { id: string; trace_id: string }[] = await db('turns').select('id', 'trace_id').whereIn('id', ids);
  const traceOf = new Map(traces.map((row) => [row.id, row.trace_id]));
  return rows.map((row) => ({ ...row, traceId: traceOf.get(row.turnId) ?? '' }));
}

export async function countTurnRecords(
  db: Db,
  channelIds: readonly string[],
  { from, to }: RecordSpan,
): Promise<number> {
  const row = await db('turn_records')
    .whereIn('channel_id', [...channelIds])
    .whereBetween('at', [from, to - 1])
    .count({ total: '*' })
    .first();
  return Number(row?.total ?? 0);
}
