import { rowId } from '../ids.js';
import type { Db, Dialect } from './database/database.js';
import { statementsOn } from './database/statements.js';
import { incidentWrites, type Occurrence } from './tables/alert-incidents.js';
import { enabledAlertSubscriptions } from './tables/alert-subscriptions.js';
import { type AuditEntryRecord, insertAuditEntries } from './tables/audit-entries.js';
import { findSubjectNames } from './tables/subject-names.js';

/** What somebody did; id and name of the subject are filled in as it is written. */
export type AuditEvent = Omit<AuditEntryRecord, 'id' | 'subjectName'>;

/** Writes to the audit log within a transaction, and has those told who subscribed to it. */
export async function recordAudit(
  trx: Parameters<typeof statementsOn>[0],
  dialect: Dialect,
  events: readonly AuditEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const names = await findSubjectNames(
    trx,
    events.map(({ subject }) => subject),
  );
  const entries = events.map(
    (event): AuditEntryRecord => ({
      ...event,
      id: rowId('au'),
      subjectName: names.get(event.subject) ?? nameIn(event.details),
    }),
  );
  await insertAuditEntries(trx, entries);
  const listeners = await accountsThatListen(trx, entries);
  const told = entries.filter(({ accountId }) => listeners.has(accountId)).map(toOccurrence);
  if (told.length > 0) await incidentWrites(dialect).note(statementsOn(trx), told);
}

/** The name of what is gone by now. */
function nameIn(details: AuditEvent['details']): string | null {
  const name = details?.name;
  return typeof name === 'string' ? name : null;
}

async function accountsThatListen(db: Db, entries: readonly AuditEntryRecord[]): Promise<Set<string>> {
  const accounts = [...new Set(entries.map(({ accountId }) => accountId))];
  const subscriptions = await enabledAlertSubscriptions(db, accounts);
  return new Set(subscriptions.filter(({ topics }) => topics.includes('AUDIT_ENTRY')).map((one) => one.accountId));
}

/** An entry as an alert of its own. */
function toOccurrence({ id, accountId, at, details, ...entry }: AuditEntryRecord): Occurrence {
  const facts = { ...entry, details: details && JSON.stringify(details) };
  return { accountId, topic: 'AUDIT_ENTRY', subject: id, facts, count: 1, at, due: at };
}
