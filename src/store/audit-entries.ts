import type { Db } from './database.js';
import { findPage, type Order, type PageRequest } from './page.js';
import { json, nullable, number, type RecordOf, table, text } from './table.js';

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

const NEWEST_FIRST: Order<AuditEntryRecord> = {
  column: 'audit_entries.at',
  id: 'audit_entries.id',
  direction: 'desc',
  keyOf: (entry) => [entry.at, entry.id],
};

export const insertAuditEntries = (db: Db, entries: readonly AuditEntryRecord[]) => auditEntries.insert(db, entries);

export const listAuditEntries = (
  db: Db,
  accountId: string,
  request: PageRequest & { subject?: string | null | undefined },
) =>
  findPage(db, auditEntries, NEWEST_FIRST, request, (query) => {
    const own = query.where('audit_entries.account_id', accountId);
    return request.subject ? own.where('audit_entries.subject', request.subject) : own;
  });
