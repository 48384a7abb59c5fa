import type { Knex } from 'knex';
import { type Table, toSnakeCase } from './table.js';

/** A list's order: greatest first by one column, and by the id for those that share its value. */
export interface Order<T> {
  column: string;
  id: string;
  keyOf(node: T): Key;
}

export const descending = <T>(table: Table<T>, column: keyof T & string, id: keyof T & string): Order<T> => ({
  column: `${table.name}.${toSnakeCase(column)}`,
  id: `${table.name}.${toSnakeCase(id)}`,
  keyOf: (node) => [Number(node[column]), String(node[id])],
});

export type Key = [number, string];

/** Narrows a query. */
export type Range = (query: Knex.QueryBuilder) => Knex.QueryBuilder;

/** A part of a list that one index gives in the list's order; parts of one list do not overlap. */
export interface Part {
  range: Range;
  /** Bounds of what it is ordered by, `to` excluded. */
  from?: number | undefined;
  to?: number | undefined;
  /** What else is asked for, of which no index tells: each row is looked at. */
  match?: Range | null;
}

/** What lies behind one key, and up to another. */
export interface Span {
  after?: Key | null;
  upTo?: Key | null;
}

/** Narrows a query to what matches in a part. One bound on each side: SQLite would go by either of two, and look at all between them. */
export function narrowTo<T>(
  query: Knex.QueryBuilder,
  { range, from, to, match }: Part,
  { column, id }: Order<T>,
  { after, upTo }: Span,
): Knex.QueryBuilder {
  void range(query);
  if (after && after[0] < (to ?? Number.POSITIVE_INFINITY))
    void query.whereRaw('(??, ??) < (?, ?)', [column, id, ...after]);
  else if (to !== undefined) void query.where(column, '<', to);
  if (upTo && upTo[0] >= (from ?? 0)) void query.whereRaw('(??, ??) >= (?, ?)', [column, id, ...upTo]);
  else if (from !== undefined) void query.where(column, '>=', from);
  return match ? match(query) : query;
}

export const greatestFirst = <T>(rows: Knex.QueryBuilder, { column, id }: Order<T>): Knex.QueryBuilder =>
  rows.orderBy([
    { column, order: 'desc' },
    { column: id, order: 'desc' },
  ]);

export const byKey =
  <T>({ keyOf }: Order<T>) =>
  (a: T, b: T): number => {
    const [[one, oneId], [other, otherId]] = [keyOf(a), keyOf(b)];
    return other - one || (oneId < otherId ? 1 : -1);
  };
