import type { Db } from '../database/database.js';

/** The tables whose rows have a name, by the prefix of their ids. */
const NAMED: Record<string, { table: string; id: string }> = {
  st: { table: 'bots', id: 'id' },
  cs: { table: 'apps', id: 'client_id' },
  ivrInst: { table: 'channels', id: 'id' },
  u: { table: 'users', id: 'id' },
  as: { table: 'alert_subscriptions', id: 'id' },
  ac: { table: 'accounts', id: 'id' },
  bx: { table: 'bot_tests', id: 'id' },
  sg: { table: 'scim_groups', id: 'id' },
};

/** What these ids are called now; ids of what has no name are left out. */
export async function findSubjectNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const byPrefix = new Map<string, string[]>();
  for (const id of new Set(ids)) {
    const prefix = id.slice(0, id.indexOf('-'));
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), id]);
  }
  for (const [prefix, wanted] of byPrefix) {
    const named = NAMED[prefix];
    if (!named) continue;
    const rows: { id: string; name: string }[] = await db(named.table)
      .select({ id: named.id, name: 'name' })
      .whereIn(named.id, wanted);
    for (const { id, name } of rows) names.set(id, name);
  }
  return names;
}
