import type { Db } from './database.js';
import { narrowTo, type Order, type Part, type Span } from './order.js';

/** How many a list has. Not exact: these were counted, and there may be more. */
export interface Total {
  count: number;
  isExact: boolean;
}

/** Rows of a log that are counted for a total, which takes some 0.1 s; of more it says so. A million would take seconds. */
export const MOST_COUNTED = 100_000;

/** As many as are counted in a moment, where an index tells all that is asked for. */
export async function countSome<T>(
  db: Db,
  { name }: { name: string },
  order: Order<T>,
  parts: readonly Part[],
): Promise<Total> {
  if (parts.length === 0) return { count: 0, isExact: true };
  const each = parts.map((part) => {
    const own = narrowTo(db(name).select(db.raw('1 as one')), part, order, {});
    return db.select('one').from(own.limit(MOST_COUNTED + 1).as('own'));
  });
  const some = db
    .select('one')
    .from(db.unionAll(each).as('every'))
    .limit(MOST_COUNTED + 1);
  const row = await db.from(some.as('some')).count({ total: '*' }).first();
  const count = Number(row?.total ?? 0);
  return { count: Math.min(count, MOST_COUNTED), isExact: count <= MOST_COUNTED };
}

/** How many rows of a span lie in these parts. */
export async function countIn<T>(
  db: Db,
  { name }: { name: string },
  order: Order<T>,
  parts: readonly Part[],
  span: Span = {},
): Promise<number> {
  const counts = await Promise.all(
    parts.map((part) => narrowTo(db(name), part, order, span).count({ total: '*' }).first()),
  );
  return counts.reduce<number>((sum, row) => sum + Number(row?.total ?? 0), 0);
}
