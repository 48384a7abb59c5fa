import type { Db } from './database.js';
import {
  countIn,
  cursorOf,
  firstIn,
  type Key,
  keyAt,
  keyIn,
  MOST_COUNTED,
  type Order,
  type Page,
  type PageRequest,
  type Part,
  pageSize,
  type Span,
  type Total,
} from './page.js';
import type { Table } from './table.js';

/** Milliseconds that one page is looked for; what it has found until then is given, and the next page goes on from there. */
const LOOK_FOR_MS = 100;

/** Share of `chunk` that is looked at first: what is asked for may be in most rows. */
const FIRST_SHARE = 0.1;

/**
 * A page of what has to be looked for row by row: as many rows are looked at as there is time for, in the list's order, up to
 * `chunk` of them in one statement. A page that is not full says so by `hasNextPage`, and its `endCursor` is where it stopped.
 */
export async function searchPage<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  request: PageRequest,
  parts: readonly Part[],
  chunk: number,
): Promise<Page<T>> {
  const size = pageSize(request);
  const found: T[] = [];
  const begin = request.after ? keyIn(request.after) : null;
  const stoppedAt = await lookThrough(db, table, order, { begin, chunk }, parts, async (span) => {
    const limit = size + 1 - found.length;
    found.push(...(await table.rows(db, (query) => firstIn(db, query, table, order, { ...span, limit }, parts))));
    return found.length <= size;
  });
  const edges = found.slice(0, size).map((node) => ({ cursor: cursorOf(order.keyOf(node)), node }));
  const isFull = found.length > size;
  return {
    edges,
    hasNextPage: isFull || stoppedAt !== null,
    hasPreviousPage: Boolean(request.after),
    ...(!isFull && stoppedAt && { endCursor: cursorOf(stoppedAt) }),
    count: () => countIn(db, table, order, parts),
    total: () => countFound(db, table, order, parts, chunk),
  };
}

async function countFound<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  parts: readonly Part[],
  chunk: number,
): Promise<Total> {
  let count = 0;
  const stoppedAt = await lookThrough(db, table, order, { begin: null, chunk }, parts, async (span) => {
    count += await countIn(db, table, order, parts, span);
    return count <= MOST_COUNTED;
  });
  return { count: Math.min(count, MOST_COUNTED), isExact: stoppedAt === null && count <= MOST_COUNTED };
}

/**
 * Looks at one span behind the other until `look` has enough or the time is over. Gives the key of the last row that was looked
 * at; null where there is none behind it.
 */
async function lookThrough<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  { begin, chunk }: { begin: Key | null; chunk: number },
  parts: readonly Part[],
  look: (span: Span) => Promise<boolean>,
): Promise<Key | null> {
  if (parts.length === 0) return null;
  const until = performance.now() + LOOK_FOR_MS;
  let place = Math.ceil(chunk * FIRST_SHARE);
  for (let after = begin; ; place = chunk) {
    const upTo = await keyAt(db, table, order, { after, place }, parts);
    const goesOn = await look({ after, upTo });
    if (upTo === null || !goesOn || performance.now() >= until) return upTo;
    after = upTo;
  }
}
