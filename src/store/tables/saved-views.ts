import type { Db } from '../database/database.js';
import { number, type RecordOf, table, text } from '../database/table.js';

const savedViews = table('saved_views', {
  id: text(),
  userId: text(),
  /** The list it is a view of. */
  page: text(),
  name: text(),
  /** The query part of the list's address, which holds filter and order. */
  address: text(),
  createdAt: number,
});
export type SavedViewRecord = RecordOf<typeof savedViews>;

export const savedViewsOf = (db: Db, userId: string, page: string): Promise<SavedViewRecord[]> =>
  savedViews.rows(db, (query) => query.where({ user_id: userId, page }).orderBy('saved_views.name'));

export const insertSavedView = (db: Db, view: SavedViewRecord) => savedViews.insert(db, [view]);

/** The number of rows that were there. */
export const deleteSavedView = (db: Db, userId: string, by: { id: string } | { page: string; name: string }) =>
  db('saved_views')
    .where({ user_id: userId, ...by })
    .delete();
