import type { Db, Dialect } from '../database/database.js';
import { recordSource, writeRows } from '../database/row-source.js';
import type { Statements } from '../database/statements.js';
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

export function turnRecordWrites(dialect: Dialect) {
  const source = recordSource<NewTurnRecord>(dialect, {
    turnId: 'text',
    conversationId: 'text',
    channelId: 'text',
    at: 'int',
    record: 'text',
  });
  const names = source.columns.join(', ');
  const insertSql = `insert into turn_records (${names}) select ${names} from ${source.from} where true`;
  return {
    insert: (trx: Statements, rows: readonly NewTurnRecord[]) => writeRows(trx, source, insertSql, source.cells(rows)),
  };
}
