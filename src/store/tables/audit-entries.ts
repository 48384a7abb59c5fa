import type { Db } from '../database/database.js';
import { descending, findPage, type PageRequest } from '../database/page.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';

const auditEntries = table('audit_entries', {
  id: text(),
  accountId: text(),
  at: number,
  actor: text(),
  actorId: nullable(text()),
  action: text(),
  subject: text(),
  details: nullable(json<Record<string, unknown>>()),
});
export type AuditEntryRecord = RecordOf<typeof auditEntries>;

const NEWEST_FIRST = descending(auditEntries, 'at', 'id');

export const insertAuditEntries = (db: Db, entries: readonly AuditEntryRecord[]) => auditEntries.insert(db, entries);

export const listAuditEntries = (
  db: Db,
  accountId: string,
  request: PageRequest & { subject?: string | null | undefined },
) =>
  findPage(
    db,
    auditEntries,
    NEWEST_FIRST,
    request,
    (query) => {
      const own = query.where('audit_entries.account_id', accountId);
      return request.subject ? own.where('audit_entries.subject', request.subject) : own;
    },
    request.subject ? undefined : () => countEntries(db, accountId),
  );

/**
 * All but those of other accounts, of which there are mostly none: SQLite counts a table without a look at its rows, and
 * looks at each where it has to compare something. Of 400,000 entries that is 1 ms against 25 ms.
 */
async function countEntries(db: Db, accountId: string): Promise<number> {
  const count = () => db('audit_entries').count('*');
  const [row] = await db.select<Record<'every' | 'before' | 'behind', number | string>[]>([
    count().as('every'),
    count().where('account_id', '<', accountId).as('before'),
    count().where('account_id', '>', accountId).as('behind'),
  ]);
  return Number(row?.every ?? 0) - Number(row?.before ?? 0) - Number(row?.behind ?? 0);
}
