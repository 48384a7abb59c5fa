import type { Knex } from 'knex';
import type { Db } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import { type RecordOf, table, text } from '../database/table.js';

const tags = table('tags', {
  /** A bot, a channel or an app. */
  subjectId: text(),
  tag: text(),
  accountId: text(),
});
export type TagRecord = RecordOf<typeof tags>;

/** The tags of each of these bots, channels or apps, by name. */
export async function tagsOf(db: Db, subjectIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tags.rowsIn(db, 'subjectId', subjectIds, (query) => query.orderBy('tags.tag'));
  return new Map([...groupBy(rows, (row) => row.subjectId)].map(([id, own]) => [id, own.map(({ tag }) => tag)]));
}

export async function addTags(db: Db, records: readonly TagRecord[]): Promise<void> {
  if (records.length > 0) await tags.insert(db, records);
}

export const removeTags = (db: Db, subjectId: string, names: readonly string[]) =>
  db('tags')
    .where('subject_id', subjectId)
    .whereIn('tag', [...names])
    .delete();

/** Every tag of an account, or of these bots, their channels and the apps of those, by name. */
export async function tagNames(db: Db, accountId: string, botIds: readonly string[] | null): Promise<string[]> {
  const query = db('tags').distinct('tag').where('account_id', accountId).orderBy('tag');
  if (botIds)
    void query.where((own) => {
      const ofBots = (column: string) =>
        db('channels')
          .select(column)
          .whereIn('bot_id', [...botIds]);
      void own.whereIn('subject_id', [...botIds]);
      for (const column of ['id', 'client_id', 'approved_client_id']) void own.orWhereIn('subject_id', ofBots(column));
    });
  return query.pluck('tag');
}

/** The bots, channels and apps of an account with this tag. */
export const tagged = (db: Db, accountId: string, tag: string): Knex.QueryBuilder =>
  db('tags').select('subject_id').where({ account_id: accountId, tag });
