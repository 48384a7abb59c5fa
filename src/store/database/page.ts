import type { Knex } from 'knex';
import { badInput } from '../../errors.js';
import type { Db } from './database.js';
import { groupBy } from './group-by.js';
import { byKey, greatestFirst, type Key, narrowTo, type Order, type Part, type Span } from './order.js';
import type { Table } from './table.js';
import { countIn, countSome, type Total } from './totals.js';

/** One page of a list. */
export interface Page<T> {
  edges: { cursor: string; node: T }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Where the next page goes on, when that is not behind the last edge. */
  endCursor?: string;
  /** All there are, however long that takes. */
  count(): Promise<number>;
  /** As many as are counted in a moment, where `count` may take longer. */
  total?(): Promise<Total>;
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

/** Lists of as many parents are read by one statement; SQLite takes no more than 500. */
const PARENTS_AT_ONCE = 100;

/**
 * The same page of many parents' lists, each of which is read no further than its page. `parent` is the column that names the
 * parent; the first page of each comes with the total of each.
 */
export async function findPages<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  request: PageRequest,
  parent: { column: string; ids: readonly string[]; idOf(node: T): string },
): Promise<Map<string, Page<T>>> {
  const size = pageSize(request);
  const headOf = (id: string) => {
    const own = db(table.name)
      .select(table.columns as string[])
      .where(parent.column, id);
    return db.from(
      greatestFirst(afterKey(own, order, request.after), order)
        .limit(size + 1)
        .as('own'),
    );
  };
  const rows: unknown[] = [];
  for (let start = 0; start < parent.ids.length; start += PARENTS_AT_ONCE)
    rows.push(...(await db.unionAll(parent.ids.slice(start, start + PARENTS_AT_ONCE).map(headOf))));
  const found = groupBy(rows.map(table.read).sort(byKey(order)), parent.idOf);
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

/** The same of all that lies in any of these parts, each of which is read no further than the page needs. */
export async function findPageIn<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  request: PageRequest,
  parts: readonly Part[],
): Promise<Page<T>> {
  const size = pageSize(request);
  const after = request.after ? keyIn(request.after) : null;
  const nodes =
    parts.length === 0
      ? []
      : await table.rows(db, (query) => firstIn(db, query, table, order, { after, limit: size + 1 }, parts));
  const page = toPage(nodes, size, order, request, () => countIn(db, table, order, parts));
  if (isWhole(page)) return page;
  return { ...page, total: () => countSome(db, table, order, parts) };
}

/** Narrows a query to the first rows of a span, in the list's order, that lie in any of these parts; there must be one. */
export function firstIn<T>(
  db: Db,
  query: Knex.QueryBuilder,
  table: Pick<Table<T>, 'name'>,
  order: Order<T>,
  { limit, ...span }: Span & { limit: number },
  parts: readonly Part[],
): Knex.QueryBuilder {
  const first = (rows: Knex.QueryBuilder): Knex.QueryBuilder => greatestFirst(rows, order).limit(limit);
  const [only, ...others] = parts;
  if (only && others.length === 0) return first(narrowTo(query, only, order, span));
  const heads = parts.map((part) => {
    const own = narrowTo(db(table.name).select(order.id), part, order, span);
    return db.select('id').from(first(own).as('head'));
  });
  return first(query.whereIn(order.id, db.unionAll(heads)));
}

/** The key of the row at a place behind another, from 1, of all in these parts, over their indexes alone. Null: there are fewer. */
export async function keyAt<T>(
  db: Db,
  table: Pick<Table<T>, 'name'>,
  order: Order<T>,
  { after, place }: { after: Key | null; place: number },
  parts: readonly Part[],
): Promise<Key | null> {
  const keys = parts.map((part) => {
    const own = db(table.name).select({ at: order.column, id: order.id });
    const behind = narrowTo(own, { ...part, match: null }, order, { after });
    return db.select('at', 'id').from(greatestFirst(behind, order).limit(place).as('own'));
  });
  const row: { at: number; id: string } | undefined = await db
    .from(db.unionAll(keys).as('every'))
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .offset(place - 1)
    .first('at', 'id');
  return row ? [Number(row.at), row.id] : null;
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
  const page = {
    edges: nodes.slice(0, size).map((node, index) => ({ cursor: cursorOf(order.keyOf(node, index)), node })),
    hasNextPage: nodes.length > size,
    hasPreviousPage: Boolean(request.after),
  };
  return { ...page, count: isWhole(page) ? async () => nodes.length : count };
}

/** Whether a page is all of its list, which then need not be counted. */
export const isWhole = ({
  hasNextPage,
  hasPreviousPage,
}: Pick<Page<unknown>, 'hasNextPage' | 'hasPreviousPage'>): boolean => !hasNextPage && !hasPreviousPage;

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
