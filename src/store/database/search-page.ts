import type { Db } from './database.js';
import type { Key, Order, Part, Span } from './order.js';
import { cursorOf, firstIn, keyAt, keyIn, type Page, type PageRequest, pageSize } from './page.js';
import type { Table } from './table.js';
import { countIn, countSome, MOST_COUNTED, type Total } from './totals.js';

/**
 * Milliseconds that a page and the total of its list are looked for together; what has been found until then is given, and the
 * next page goes on from there.
 */
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
  const began = performance.now();
  const stoppedAt = await lookThrough(db, table, order, { begin, chunk, forMs: LOOK_FOR_MS }, parts, async (span) => {
    const limit = size + 1 - found.length;
    found.push(...(await table.rows(db, (query) => firstIn(db, query, table, order, { ...span, limit }, parts))));
    return found.length <= size;
  });
  const leftMs = LOOK_FOR_MS - (performance.now() - began);
  const edges = found.slice(0, size).map((node) => ({ cursor: cursorOf(order.keyOf(node)), node }));
  const last = found[size];
  return {
    edges,
    hasNextPage: last !== undefined || stoppedAt !== null,
    hasPreviousPage: Boolean(request.after),
    ...(!last && stoppedAt && { endCursor: cursorOf(stoppedAt) }),
    count: () => countIn(db, table, order, parts),
    async total() {
      if (begin) return countSomeOf(db, table, order, parts, chunk);
      if (!last) return { count: found.length, isExact: stoppedAt === null };
      const look = { begin: order.keyOf(last), chunk, forMs: leftMs };
      return countFound(db, table, order, look, parts, found.length);
    },
  };
}

/** As many as are counted in a moment. */
export const countSomeOf = <T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  parts: readonly Part[],
  chunk: number,
): Promise<Total> =>
  parts.some(({ match }) => match)
    ? countFound(db, table, order, { begin: null, chunk, forMs: LOOK_FOR_MS }, parts)
    : countSome(db, table, order, parts);

async function countFound<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  look: Look,
  parts: readonly Part[],
  before = 0,
): Promise<Total> {
  let count = before;
  const stoppedAt = await lookThrough(db, table, order, look, parts, async (span) => {
    count += await countIn(db, table, order, parts, span);
    return count <= MOST_COUNTED;
  });
  return { count: Math.min(count, MOST_COUNTED), isExact: stoppedAt === null && count <= MOST_COUNTED };
}

/** Behind which row to look, at how many rows at most in one statement, and for how long. */
interface Look {
  begin: Key | null;
  chunk: number;
  forMs: number;
}

/**
 * Looks at one span behind the other until `look` has enough or the time is over. Gives the key of the last row that was looked
 * at; null where there is none behind it.
 */
async function lookThrough<T>(
  db: Db,
  table: Table<T>,
  order: Order<T>,
  { begin, chunk, forMs }: Look,
  parts: readonly Part[],
  look: (span: Span) => Promise<boolean>,
): Promise<Key | null> {
  if (parts.length === 0) return null;
  const until = performance.now() + forMs;
  let place = Math.ceil(chunk * FIRST_SHARE);
  for (let after = begin; ; ) {
    const began = performance.now();
    const upTo = await keyAt(db, table, order, { after, place }, parts);
    const goesOn = await look({ after, upTo });
    const now = performance.now();
    if (upTo === null || !goesOn || now >= until) return upTo;
    place = Math.min(chunk, Math.ceil((place * (until - now)) / (now - began))); // as many as there is time for
    after = upTo;
  }
}
