import type { Database } from '../store/database/database.js';
import { inTransaction } from '../store/database/transaction.js';
import {
  type DataTableRow,
  deleteDataTableRows,
  insertDataTableRows,
  lockDataTableRows,
  rowsOfDataTable,
  updateDataTableRows,
} from '../store/tables/data-tables.js';
import type { Clock } from '../time.js';

type Cell = null | boolean | number | string | Cell[] | { [key: string]: Cell };
type Row = { [key: string]: Cell };

/** A row filter: all or any of the expressions must hold. Null selects every row. */
export interface DataTableFilter {
  operator: 'and' | 'or';
  expressions: { field: string; operand: string; value: Cell }[];
}

/** The data tables of bots, as their service nodes use them (kore-exports.md §6). */
export function createDataTables({ database, clock }: { database: Database; clock: Clock }) {
  /** The rows that match, in steps: a table may be longer than one query reads. */
  async function* find(botId: string, tableName: string, filter: DataTableFilter | null) {
    for await (const rows of rowsOfDataTable(database.read, botId, tableName)) yield rows.filter(isMatch(filter));
  }

  /** Locks the rows of each step that still match, and changes them in a transaction per step. */
  async function change(
    [botId, tableName, filter]: [string, string, DataTableFilter | null],
    write: (trx: Database['write'], rows: DataTableRow[]) => Promise<unknown>,
  ): Promise<void> {
    for await (const found of find(botId, tableName, filter)) {
      if (found.length === 0) continue;
      await inTransaction(database.write, async (trx) => {
        const ids = found.map(({ id }) => id);
        await write(trx, (await lockDataTableRows(trx, ids)).filter(isMatch(filter)));
      });
    }
  }

  return {
    async query(
      botId: string,
      tableName: string,
      filter: DataTableFilter | null,
      page: { skip: number; limit: number },
    ) {
      const rows: Row[] = [];
      let total = 0;
      for await (const found of find(botId, tableName, filter)) {
        const from = Math.max(0, page.skip - total);
        rows.push(...found.slice(from, from + page.limit - rows.length).map(asRow));
        total += found.length;
      }
      return { rows, total };
    },

    async insert(botId: string, tableName: string, row: Row): Promise<Row> {
      await insertDataTableRows(database.write, botId, tableName, [row], clock.now());
      return row;
    },

    /** Changes all rows that match, some hundred in a transaction. Returns the changed rows. */
    async update(botId: string, tableName: string, filter: DataTableFilter | null, changes: Row): Promise<Row[]> {
      const changed: Row[] = [];
      await change([botId, tableName, filter], async (trx, rows) => {
        const written = rows.map((one) => ({ ...one, row: { ...one.row, ...changes } }));
        await updateDataTableRows(trx, database.dialect, written);
        changed.push(...written.map(asRow));
      });
      return changed;
    },

    /** Deletes all rows that match, some hundred in a transaction. Gives their number. */
    async remove(botId: string, tableName: string, filter: DataTableFilter | null): Promise<number> {
      let removed = 0;
      await change([botId, tableName, filter], async (trx, rows) => {
        const ids = rows.map(({ id }) => id);
        removed += await deleteDataTableRows(trx, ids);
      });
      return removed;
    },
  };
}

const asRow = ({ row }: Pick<DataTableRow, 'row'>): Row => row as Row; // written as JSON

const isMatch =
  (filter: DataTableFilter | null) =>
  (one: DataTableRow): boolean =>
    matches(asRow(one), filter);

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
