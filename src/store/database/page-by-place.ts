import type { Knex } from 'knex';
import type { Db } from './database.js';
import { cursorOf, isWhole, keyIn, type Page, type PageRequest, pageSize } from './page.js';

/** A list that is ordered by something of which rows have no key of their own, such as a name. */
export interface PlacedList<T> {
  table: string;
  /** The column of the id, with its table. */
  id: string;
  /** SQL after `order by`, down to the id. */
  orderBy: string;
  narrow(query: Knex.QueryBuilder): Knex.QueryBuilder;
  find(ids: readonly string[]): Promise<T[]>;
  idOf(node: T): string;
}

/** One page by the place of its rows: one that comes or goes meanwhile moves those behind it by one. */
export async function findPageByPlace<T>(db: Db, request: PageRequest, list: PlacedList<T>): Promise<Page<T>> {
  const start = request.after ? keyIn(request.after)[0] + 1 : 0;
  const size = pageSize(request);
  const ids: string[] = await list
    .narrow(db(list.table))
    .orderByRaw(list.orderBy)
    .offset(start)
    .limit(size + 1)
    .pluck(list.id);
  const shown = ids.slice(0, size);
  const byId = new Map((await list.find(shown)).map((node) => [list.idOf(node), node]));
  const edges = shown.flatMap((id, index) => {
    const node = byId.get(id);
    return node ? [{ cursor: cursorOf([start + index, id]), node }] : [];
  });
  const page = { edges, hasNextPage: ids.length > size, hasPreviousPage: start > 0 };
  const countAll = async () => Number((await list.narrow(db(list.table)).count({ total: '*' }).first())?.total ?? 0);
  return { ...page, count: isWhole(page) ? async () => ids.length : countAll };
}
