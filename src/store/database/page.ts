import type { Knex } from 'knex';
import { badInput } from '../../errors.js';
import type { Db } from './database.js';
import { groupBy } from './group-by.js';
import { type Table, toSnakeCase } from './table.js';

/** One page of a list: `count` is asked only when somebody wants the total. */
export interface Page<T> {
  edges: { cursor: string; node: T }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Where the next page goes on, when that is not behind the last edge. */
  endCursor?: string;
  count(): Promise<number>;
}

/** `first` is capped; `after` is a cursor this server gave. */
export interface PageRequest {
  first?: number | null | undefined;
  after?: string | null | undefined;
}

const DEFAULT_SIZE = 20;
const MAX_SIZE = 100;

/** How many to give. BAD_USER_INPUT (`first`) when it is not positive; more than the cap gives the cap. */
export function pageSize(request: PageRequest): number {
  const first = request.first ?? DEFAULT_SIZE;
  if (first < 1) throw badInput('first', 'Ask for at least one: first must be 1 or more.');
  return Math.min(first, MAX_SIZE);
}

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

/** Narrows a query to a part of a list that one index gives in the list's order. */
export type Range = (query: Knex.QueryBuilder) => Knex.QueryBuilder;

/**
 * One page by keyset: a condition on the last row seen, never an offset, so that any page costs the same. `count` where
 * there is a quicker way to the total than to look at all that `narrow` leaves.
 */
export async function findPage<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  request: PageRequest,
  narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder,
  count?: () => Promise<number>,
): Promise<Page<T>> {
  const size = pageSize(request);
  const nodes = await table.rows(db, (query) =>
    afterKey(narrow(query), order, request.after)
      .orderBy([
        { column: order.column, order: 'desc' },
        { column: order.id, order: 'desc' },
      ])
      .limit(size + 1),
  );
  const countAll = async (): Promise<number> => {
    const row = await narrow(db(table.name)).count({ total: '*' }).first();
    return Number(row?.total ?? 0);
  };
  return toPage(nodes, size, order, request, count ?? countAll);
}

/**
 * The same page of many parents' lists in one statement. `parent` is the column that names the parent; the first
 * page of each comes with the total of each.
 */
export async function findPages<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  request: PageRequest,
  parent: { column: string; ids: readonly string[]; idOf(node: T): string },
): Promise<Map<string, Page<T>>> {
  const size = pageSize(request);
  const ranked = afterKey(db(table.name).select(table.columns as string[]), order, request.after)
    .whereIn(parent.column, parent.ids as string[])
    .select(
      db.raw('row_number() over (partition by ?? order by ?? desc, ?? desc) as place', [
        parent.column,
        order.column,
        order.id,
      ]),
    );
  const rows: unknown[] = await db
    .from(ranked.as('ranked'))
    .where('place', '<=', size + 1)
    .orderBy('place');
  const found = groupBy(rows.map(table.read), parent.idOf);
  let totals: Promise<Map<string, number>> | undefined;
  const countAll = async () => {
    const counts = await db(table.name)
      .select({ parent: parent.column })
      .count<{ parent: string; total: number }[]>({ total: '*' })
      .whereIn(parent.column, parent.ids as string[])
      .groupBy(parent.column);
    return new Map(counts.map((row) => [row.parent, Number(row.total)]));
  };
  return new Map(
    parent.ids.map((id) => {
      const count = async () => {
        totals ??= countAll();
        return (await totals).get(id) ?? 0;
      };
      return [id, toPage(found.get(id) ?? [], size, order, request, count)];
    }),
  );
}

/** The same of all that lies in any of these ranges, each of which is read no further than the page needs. */
export async function findPageIn<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  request: PageRequest,
  ranges: readonly Range[],
): Promise<Page<T>> {
  const size = pageSize(request);
  const after = request.after ? keyIn(request.after) : null;
  const nodes =
    ranges.length === 0
      ? []
      : await table.rows(db, (query) => firstIn(db, query, table, order, { after, limit: size + 1 }, ranges));
  return toPage(nodes, size, order, request, () => countIn(db, table, ranges));
}

/** Narrows a query to the first rows behind a key, in the list's order, that lie in any of these ranges; there must be one. */
export function firstIn<T>(
  db: Db,
  query: Knex.QueryBuilder,
  table: Pick<Table<T>, 'name'>,
  order: Order<T>,
  { after, limit }: { after: Key | null; limit: number },
  ranges: readonly Range[],
): Knex.QueryBuilder {
  const first = (rows: Knex.QueryBuilder): Knex.QueryBuilder =>
    (after ? rows.whereRaw('(??, ??) < (?, ?)', [order.column, order.id, ...after]) : rows)
      .orderBy([
        { column: order.column, order: 'desc' },
        { column: order.id, order: 'desc' },
      ])
      .limit(limit);
  const [only, ...others] = ranges;
  if (only && others.length === 0) return first(only(query));
  const heads = ranges.map((range) => db.select('id').from(first(range(db(table.name).select(order.id))).as('head')));
  return first(query.whereIn(order.id, db.unionAll(heads)));
}

/** How many rows lie in these ranges, which do not overlap. */
export async function countIn(db: Db, { name }: { name: string }, ranges: readonly Range[]): Promise<number> {
  const counts = await Promise.all(ranges.map((range) => range(db(name)).count({ total: '*' }).first()));
  return counts.reduce<number>((sum, row) => sum + Number(row?.total ?? 0), 0);
}

/** A page of a list that is in memory anyway. Where the last one seen is gone, its place tells where to go on. */
export function pageOf<T>(nodes: readonly T[], idOf: (node: T) => string, request: PageRequest): Page<T> {
  const size = pageSize(request);
  const [place, id] = request.after ? keyIn(request.after) : [-1, ''];
  const found = id === '' ? -1 : nodes.findIndex((node) => idOf(node) === id);
  const start = found >= 0 ? found + 1 : Math.max(0, place);
  const keyOf = (node: T, index: number): Key => [start + index, idOf(node)];
  return toPage(nodes.slice(start, start + size + 1), size, { keyOf }, request, async () => nodes.length);
}

function toPage<T>(
  nodes: readonly T[],
  size: number,
  order: { keyOf(node: T, index: number): Key },
  request: PageRequest,
  count: () => Promise<number>,
): Page<T> {
  return {
    edges: nodes.slice(0, size).map((node, index) => ({ cursor: cursorOf(order.keyOf(node, index)), node })),
    hasNextPage: nodes.length > size,
    hasPreviousPage: Boolean(request.after),
    count,
  };
}

function afterKey<T>(query: Knex.QueryBuilder, order: Order<T>, after: string | null | undefined): Knex.QueryBuilder {
  if (!after) return query;
  return query.whereRaw('(??, ??) < (?, ?)', [order.column, order.id, ...keyIn(after)]);
}

export const cursorOf = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The key in a cursor that this server gave. BAD_USER_INPUT (`after`). */
export function keyIn(cursor: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === 2 && typeof key[0] === 'number' && typeof key[1] === 'string') {
      return [key[0], key[1]];
    }
  } catch {
    // told below
  }
  throw badInput(
    'after',
    'This cursor was not given by this server. Take it from pageInfo.endCursor of the page before.',
  );
}
