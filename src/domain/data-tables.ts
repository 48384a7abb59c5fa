import type { Database } from '../store/database/database.js';
import { inTransaction } from '../store/database/transaction.js';
import {
  type DataTableRow,
  deleteDataTableRows,
  insertDataTableRows,
  rowsOfDataTable,
  updateDataTableRows,
} from '../store/tables/data-tables.js';
import type { Clock } from '../time.js';

type Cell = null | boolean | number | string | Cell[] | { [key: string]: Cell };
type Row = { [key: string]: Cell };

/** Which rows: all expressions, or any of them, hold. Null: every row. */
export interface DataTableFilter {
  operator: 'and' | 'or';
  expressions: { field: string; operand: string; value: Cell }[];
}

/** The data tables of bots, as their service nodes use them (kore-exports.md §6). */
export function createDataTables({ database, clock }: { database: Database; clock: Clock }) {
  const find = async (db: Database['read'], botId: string, tableName: string, filter: DataTableFilter | null) =>
    (await rowsOfDataTable(db, botId, tableName)).filter(({ row }) => matches(row as Row, filter)); // written as JSON

  return {
    async query(
      botId: string,
      tableName: string,
      filter: DataTableFilter | null,
      page: { skip: number; limit: number },
    ) {
      const found = await find(database.read, botId, tableName, filter);
      return { rows: found.slice(page.skip, page.skip + page.limit).map(asRow), total: found.length };
    },

    async insert(botId: string, tableName: string, row: Row): Promise<Row> {
      await insertDataTableRows(database.write, botId, tableName, [row], clock.now());
      return row;
    },

    /** The rows as they are now. */
    update: (botId: string, tableName: string, filter: DataTableFilter | null, changes: Row): Promise<Row[]> =>
      inTransaction(database.write, async (trx) => {
        const found = await find(trx, botId, tableName, filter);
        const changed = found.map((one) => ({ ...one, row: { ...one.row, ...changes } }));
        await updateDataTableRows(trx, changed);
        return changed.map(asRow);
      }),

    /** The number of rows deleted. */
    remove: (botId: string, tableName: string, filter: DataTableFilter | null): Promise<number> =>
      inTransaction(database.write, async (trx) => {
        const found = await find(trx, botId, tableName, filter);
        return deleteDataTableRows(
          trx,
          found.map(({ id }) => id),
        );
      }),
  };
}

const asRow = ({ row }: Pick<DataTableRow, 'row'>): Row => row as Row; // written as JSON

function matches(row: Row, filter: DataTableFilter | null): boolean {
  if (!filter || filter.expressions.length === 0) return true;
  const holds = ({ field, operand, value }: DataTableFilter['expressions'][number]) =>
    compare(row[field], operand, value);
  return filter.operator === 'or' ? filter.expressions.some(holds) : filter.expressions.every(holds);
}

/** Values of bot files are texts more often than not: numbers compare as numbers, the rest as text. */
function compare(actual: Cell | undefined, operand: string, expected: Cell): boolean {
  const [left, right] = [textOf(actual), textOf(expected)];
  const numeric = left !== '' && right !== '' && Number.isFinite(Number(left)) && Number.isFinite(Number(right));
  const order = numeric ? Number(left) - Number(right) : left < right ? -1 : Number(left > right);
  switch (operand) {
    case '!=':
    case '<>':
      return order !== 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case 'contains':
    case 'like':
      return left.toLowerCase().includes(right.toLowerCase());
    case 'in':
      return Array.isArray(expected) ? expected.map(textOf).includes(left) : left === right;
    default:
      return order === 0;
  }
}

const textOf = (value: Cell | undefined): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
