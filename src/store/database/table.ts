import type { Knex } from 'knex';
import type { Db } from './database.js';
import { isSqlite } from './knex-internals.js';

/** How one column's values are read from a driver and written to it. */
export interface Column<T> {
  read(value: unknown): T;
  write(value: T): unknown;
}

/** Text, or a closed union of texts that only this server writes. */
export const text = <T extends string = string>(): Column<T> => ({
  read: (value) => String(value) as T, // the union is what the code writes; the database holds nothing else
  write: (value) => value,
});

/** Numbers and times in milliseconds; PostgreSQL's bigint arrives as a number (database.ts). */
export const number: Column<number> = { read: Number, write: (value) => value };

/** SQLite knows 0 and 1 only. */
export const flag: Column<boolean> = { read: (value) => value === true || value === 1, write: (value) => value };

/** JSON text. */
export const json = <T>(): Column<T> => ({
  read: (value) => JSON.parse(String(value)) as T, // written by this codec alone
  write: (value) => JSON.stringify(value),
});

export const nullable = <T>(column: Column<T>): Column<T | null> => ({
  read: (value) => (value === null || value === undefined ? null : column.read(value)),
  write: (value) => (value === null ? null : column.write(value)),
});

type Columns = Record<string, Column<unknown>>;
export type RecordOf<T> = T extends Table<infer R> ? R : never;
type ReadAs<C extends Columns> = { [K in keyof C]: C[K] extends Column<infer T> ? T : never };
type Narrow = (query: Knex.QueryBuilder) => Knex.QueryBuilder;

/** One table: the only place that knows its column names (snake_case) and how they become a record (camelCase). */
export interface Table<R> {
  readonly name: string;
  /** Qualified names, for joins. */
  readonly columns: readonly string[];
  read(row: unknown): R;
  rows(db: Db, narrow: Narrow): Promise<R[]>;
  /** The rows whose column is one of these; none are asked for where none are named. */
  rowsIn(db: Db, column: keyof R & string, values: readonly string[], narrow?: Narrow): Promise<R[]>;
  row(db: Db, narrow: Narrow): Promise<R | null>;
  insert(db: Db, records: readonly R[]): Promise<void>;
  /** The number of rows changed. */
  update(db: Db, narrow: Narrow, change: Partial<R>): Promise<number>;
}

// SQLite takes at most 32,766 bindings a statement, and knex writes a multi-row insert as a compound of at most 500.
const MAX_BINDINGS = 30_000;
const MAX_ROWS = 500;
const MAX_VALUES = 10_000;

/** The name under which a row travels as one JSON array. */
const CELLS = 'cells';

/** `wide`: rows may hold megabytes, which are read as they are. */
export function table<C extends Columns>(name: string, spec: C, { wide = false } = {}): Table<ReadAs<C>> {
  type R = ReadAs<C>;
  const fields = Object.entries(spec).map(([key, column]) => ({ key, column, sql: toSnakeCase(key) }));
  const columns = fields.map((field) => `${name}.${field.sql}`);
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const read = (row: unknown): R => {
    const values = row as Record<string, unknown>; // drivers type rows as any
    const cells: unknown[] | undefined = CELLS in values ? JSON.parse(String(values[CELLS])) : undefined;
    const record: Record<string, unknown> = {}; // filled in place: lists of hundreds of rows spend their time here
    fields.forEach(({ key, column, sql }, index) => {
      record[key] = column.read(cells ? cells[index] : values[sql]);
    });
    return record as R;
  };
  const write = (change: Partial<R>) =>
    Object.fromEntries(
      Object.entries(change).flatMap(([key, value]) => {
        const field = byKey.get(key);
        return field && value !== undefined ? [[field.sql, field.column.write(value)]] : [];
      }),
    );
  // SQLite's driver makes the values of a row one by one in native code; parsing them all at once costs a third of that.
  const asJson = `json_array(${columns.join(', ')}) as ${CELLS}`;
  const select = (db: Db) => db(name).select(isSqlite(db) && !wide ? [db.raw(asJson)] : columns);
  return {
    name,
    columns,
    read,
    rows: async (db, narrow) => (await narrow(select(db))).map(read),
    async rowsIn(db, column, values, narrow = (query) => query) {
      const wanted = [...new Set(values)];
      const found: R[] = [];
      for (let at = 0; at < wanted.length; at += MAX_VALUES) {
        const query = select(db).whereIn(`${name}.${toSnakeCase(column)}`, wanted.slice(at, at + MAX_VALUES));
        found.push(...(await narrow(query)).map(read));
      }
      return found;
    },
    async row(db, narrow) {
      const row = await narrow(select(db)).first();
      return row === undefined ? null : read(row);
    },
    async insert(db, records) {
      const size = Math.min(MAX_ROWS, Math.floor(MAX_BINDINGS / fields.length));
      for (let at = 0; at < records.length; at += size) await db(name).insert(records.slice(at, at + size).map(write));
    },
    update: (db, narrow, change) => narrow(db(name)).update(write(change)).then(Number),
  };
}

export function toSnakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
