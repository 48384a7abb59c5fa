import { rowId } from '../../ids.js';
import type { Db, Dialect } from '../database/database.js';
import { rowSource, writeRows } from '../database/row-source.js';
import { statementsOn } from '../database/statements.js';
import { json, number, type RecordOf, table, text } from '../database/table.js';

type Row = Record<string, unknown>;

const dataTableRows = table('data_table_rows', {
  id: text(),
  botId: text(),
  tableName: text(),
  row: json<Row>(),
  createdAt: number,
});
export type DataTableRow = RecordOf<typeof dataTableRows>;

/** Rows read by one query and written by one transaction; a longer table is gone through in steps. */
const ROWS_AT_ONCE = 500;

/** All rows of a bot's data table, oldest first, in steps. */
export async function* rowsOfDataTable(db: Db, botId: string, tableName: string): AsyncGenerator<DataTableRow[]> {
  let last: DataTableRow | undefined;
  for (;;) {
    const after = last;
    const rows = await dataTableRows.rows(db, (query) => {
      const own = query
        .where({ bot_id: botId, table_name: tableName })
        .orderBy(['data_table_rows.created_at', 'data_table_rows.id'])
        .limit(ROWS_AT_ONCE);
      return after ? own.whereRaw('(created_at, id) > (?, ?)', [after.createdAt, after.id]) : own;
    });
    yield rows;
    last = rows.at(-1);
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

/** These rows as they are now, held until the transaction ends. */
export const lockDataTableRows = (trx: Db, ids: readonly string[]) =>
  dataTableRows.rowsIn(trx, 'id', ids, (query) => query.orderBy('data_table_rows.id').forUpdate());

export const insertDataTableRows = (db: Db, botId: string, tableName: string, rows: readonly Row[], now: number) =>
  dataTableRows.insert(
    db,
    rows.map((row) => ({ id: rowId('df'), botId, tableName, row, createdAt: now })),
  );

/** Writes the contents of these rows with one statement. */
export async function updateDataTableRows(
  db: Db,
  dialect: Dialect,
  rows: readonly Pick<DataTableRow, 'id' | 'row'>[],
): Promise<void> {
  const source = rowSource(dialect, { id: 'text', content: 'text' });
  const sql = `update data_table_rows set "row" = v.content from ${source.from} where data_table_rows.id = v.id`;
  const cells = rows.map(({ id, row }) => [id, JSON.stringify(row)]);
  await writeRows(statementsOn(db), source, sql, cells);
}

export const deleteDataTableRows = (db: Db, ids: readonly string[]) =>
  db('data_table_rows')
    .whereIn('id', [...ids])
    .delete();
