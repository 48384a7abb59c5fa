import type { Dialect } from './database.js';
import type { Cell, Statements } from './statements.js';
import { toSnakeCase } from './table.js';

export type ColumnKind = 'text' | 'int' | 'bool';

const PG_TYPE: Record<ColumnKind, string> = { text: 'text', int: 'bigint', bool: 'boolean' };

/**
 * Many rows as one table expression and one binding, whatever their number: the rows travel as a JSON array of arrays.
 * Against a multi-row VALUES list this halves the CPU spent in the event loop and knows no limit of terms or variables.
 */
export interface RowSource {
  /** `(select … ) as v`, to be used in `insert … select`, `update … from` and joins. */
  readonly from: string;
  readonly columns: readonly string[];
  /**
   * The condition that a row of a table belongs to one of these: its `column` is their `key`, and `guard` holds. Statements of
   * batches join by it. An equality would leave PostgreSQL to join the other way round: while its statistics call the table
   * small, it would read all of it, or all of a partial index that `guard` implies, and compare each row with each.
   */
  by(column: string, key: string, guard?: string): string;
  bind(rows: readonly Cell[][]): string;
}

/** What a column is instead of the cell that was bound for it, by that cell's expression. PostgreSQL only. */
export type Derived = Readonly<Record<string, (cell: string) => string>>;

export function rowSource(dialect: Dialect, columns: Record<string, ColumnKind>, derived: Derived = {}): RowSource {
  const names = Object.keys(columns);
  const fields = Object.entries(columns).map(([name, kind], index) => {
    if (dialect === 'sqlite') return `json_extract(value, '$[${index}]') as ${name}`;
    const cell = `(value->>${index})::${PG_TYPE[kind]}`;
    return `${derived[name]?.(cell) ?? cell} as ${name}`;
  });
  const elements = dialect === 'sqlite' ? 'json_each(?)' : 'jsonb_array_elements(?::jsonb)';
  return {
    from: `(select ${fields.join(', ')} from ${elements}) as v`,
    columns: names,
    by: (column, key, guard = 'true') =>
      dialect === 'sqlite'
        ? `${column} = v.${key} and (${guard})`
        : `${column} = any(array[v.${key}]) and case when ${guard} then true end`,
    bind: (rows) => JSON.stringify(rows),
  };
}

/** A source whose columns are members of records; a member that a record leaves out is null. */
export function recordSource<R extends object>(
  dialect: Dialect,
  members: Partial<Record<keyof R & string, ColumnKind>>,
  derived?: Derived,
): RowSource & { cells(records: readonly R[]): Cell[][] } {
  const entries = Object.entries<ColumnKind | undefined>(members) as [keyof R & string, ColumnKind][];
  const columns = Object.fromEntries(entries.map(([key, kind]) => [toSnakeCase(key), kind]));
  const source = rowSource(dialect, columns, derived);
  const keys = entries.map(([key]) => key);
  // The kinds say what the members are.
  return { ...source, cells: (records) => records.map((record) => keys.map((key) => (record[key] ?? null) as Cell)) };
}

/** A statement over many rows: its only binding, the first `?` of `sql`, is what `bind` makes of them. */
export interface RowWrite<R> {
  readonly sql: string;
  bind(rows: readonly R[]): string;
}

/** Runs a statement that returns nothing. */
export async function writeAll<R>(
  statements: Statements,
  { sql, bind }: RowWrite<R>,
  rows: readonly R[],
): Promise<void> {
  await statements.query(sql, [bind(rows)]);
}

/** One statement over many rows, and what it returns; `sql` uses the source's `from` where the rows stand. */
export function queryRows<Row>(
  statements: Statements,
  source: RowSource,
  sql: string,
  rows: readonly Cell[][],
  more: Cell[] = [],
): Promise<Row[]> {
  return statements.query<Row>(sql, [source.bind(rows), ...more]);
}

/** The same for a statement that returns nothing. */
export async function writeRows(
  statements: Statements,
  source: RowSource,
  sql: string,
  rows: readonly Cell[][],
): Promise<void> {
  await statements.query(sql, [source.bind(rows)]);
}
