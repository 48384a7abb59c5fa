import type { Knex } from 'knex';
import type { Db } from './database.js';
import { cursorOf, firstIn, keyIn, type Order, type Page, type PageRequest, pageSize, type Range } from './page.js';
import type { Table } from './table.js';

/** Something that no index finds. */
export interface Match {
  /** Rows looked at in one statement. */
  chunk: number;
  narrow(query: Knex.QueryBuilder): Knex.QueryBuilder;
}

/** Milliseconds that one page is looked for; what it has found until then is given, and the next page goes on from there. */
const LOOK_FOR_MS = 150;

/**
 * A page of what has to be looked for row by row: as many rows are looked at as there is time for, in the list's order. A page
 * that is not full says so by `hasNextPage`, and its `endCursor` is where it stopped. `count` counts what is on it.
 */
export async function searchPage<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  request: PageRequest,
  ranges: readonly Range[],
  match: Match,
): Promise<Page<T>> {
  const size = pageSize(request);
  const until = performance.now() + LOOK_FOR_MS;
  const found: T[] = [];
  let after = request.after ? keyIn(request.after) : null;
  let isOver = ranges.length === 0;
  while (!isOver && found.length <= size) {
    const looked: T[] = await table.rows(db, (query) =>
      firstIn(db, query, table, order, { after, limit: match.chunk }, ranges),
    );
    const ids = looked.map((row) => order.keyOf(row)[1]);
    const hits: string[] = await match.narrow(db(table.name).whereIn(order.id, ids)).pluck(order.id);
    const isHit = new Set(hits);
    found.push(...looked.filter((row) => isHit.has(order.keyOf(row)[1])));
    const last = looked.at(-1);
    if (last) after = order.keyOf(last);
    isOver = looked.length < match.chunk;
    if (performance.now() >= until) break;
  }
  const edges = found.slice(0, size).map((node) => ({ cursor: cursorOf(order.keyOf(node)), node }));
  const isFull = found.length > size;
  return {
    edges,
    hasNextPage: isFull || !isOver,
    hasPreviousPage: Boolean(request.after),
    ...(!isFull && !isOver && after && { endCursor: cursorOf(after) }),
    count: async () => edges.length,
  };
}
