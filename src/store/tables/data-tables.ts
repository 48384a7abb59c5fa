import { rowId } from '../../ids.js';
import type { Db } from '../database/database.js';
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

/** What one turn may read of a table; bots keep orders and bookings there, not archives. */
const MAX_ROWS = 10_000;

/** The rows of a bot's data table, oldest first. */
export const rowsOfDataTable = (db: Db, botId: string, tableName: string) =>
  dataTableRows.rows(db, (query) =>
    query
      .where({ bot_id: botId, table_name: tableName })
      .orderBy(['data_table_rows.created_at', 'data_table_rows.id'])
      .limit(MAX_ROWS),
  );

export const insertDataTableRows = (db: Db, botId: string, tableName: string, rows: readonly Row[], now: number) =>
  dataTableRows.insert(
    db,
    rows.map((row) => ({ id: rowId('df'), botId, tableName, row, createdAt: now })),
  );

export async function updateDataTableRows(db: Db, rows: readonly Pick<DataTableRow, 'id' | 'row'>[]): Promise<void> {
  for (const { id, row } of rows) await dataTableRows.update(db, (query) => query.where({ id }), { row });
}

export const deleteDataTableRows = (db: Db, ids: readonly string[]) =>
  db('data_table_rows')
    .whereIn('id', [...ids])
    .delete();
