import type { Db } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import { number, type RecordOf, table, text } from '../database/table.js';

const inheritances = table('channel_inheritances', { childBotId: text(), parentChannelId: text(), createdAt: number });
export type InheritanceRecord = RecordOf<typeof inheritances>;

export const insertInheritances = (db: Db, records: readonly InheritanceRecord[]) => inheritances.insert(db, records);

/** The parent's channels that have appeared in each of these children, whatever became of them there. */
export async function inheritedChannelIds(db: Db, childBotIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const found = await inheritances.rowsIn(db, 'childBotId', childBotIds);
  const byChild = groupBy(found, (record) => record.childBotId);
  return new Map([...byChild].map(([id, records]) => [id, new Set(records.map((record) => record.parentChannelId))]));
}
