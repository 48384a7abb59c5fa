import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { badInput } from '../errors.js';
import { recordAudit } from '../store/audit-log.js';
import type { PageRequest } from '../store/database/page.js';
import { inTransaction } from '../store/database/transaction.js';
import {
  type AuditEntryRecord,
  type AuditFilter,
  auditEntriesBehind,
  listAuditEntries,
} from '../store/tables/audit-entries.js';
import { HOUR } from '../time.js';
import { mayWithSome, readableBots, type Viewer } from './access.js';
import { type DomainDeps, runCommand } from './command.js';

/** Rows of an export read by one statement; the next follow. */
const EXPORT_BATCH = 500;
/** Milliseconds within which further readings of one conversation by one person get no audit entry. */
const READING_NOTED_EVERY_MS = 1 * HOUR;
/** Readings remembered; beyond, the oldest may get its next entry early. */
const MAX_READINGS = 10_000;

/**
 * The audit log, newest first. Entries are written by the commands, in their own transaction. Who may not read the whole account
 * sees what was done to the bots they may read, and to their channels.
 */
export function createAudit(deps: DomainDeps) {
  const { database, clock, log } = deps;
  const readings = new LRUCache<string, number>(atMost(MAX_READINGS));

  async function* entriesOf(accountId: string, filter: AuditFilter): AsyncGenerator<AuditEntryRecord> {
    let last: AuditEntryRecord | null = null;
    for (;;) {
      const batch = await auditEntriesBehind(database.read, accountId, filter, last, EXPORT_BATCH);
      yield* batch;
      last = batch.at(-1) ?? null;
      if (batch.length < EXPORT_BATCH) return;
    }
  }

  return {
    /** BAD_USER_INPUT (`to`) for a span that ends before it begins. */
    async list(viewer: Viewer, request: PageRequest & AuditFilter) {
      const botIds = readableBots(viewer);
      assertSpan(request);
      return listAuditEntries(database.read, viewer.accountId, { ...request, botIds });
    },

    /** All entries of a filter, newest first, read while they are taken. The export is an entry of its own. As `list`. */
    async export(viewer: Viewer, filter: AuditFilter, format: string): Promise<AsyncGenerator<AuditEntryRecord>> {
      assertSpan(filter);
      const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== null);
      const details = { format, ...Object.fromEntries(given) };
      await runCommand(deps, viewer, 'audit.export', async ({ audit }) => audit(viewer.accountId, details));
      return entriesOf(viewer.accountId, filter);
    },

    /** Writes down who reads what was said in these conversations, which is not shown to all; once an hour for each. */
    async noteReading(viewer: Viewer, conversationIds: readonly string[]): Promise<void> {
      if (!mayWithSome(viewer, 'conversation.read-content')) return;
      const at = clock.now();
      const isNew = (id: string) => at - (readings.get(`${viewer.id} ${id}`) ?? 0) >= READING_NOTED_EVERY_MS;
      const read = conversationIds.filter(isNew);
      if (read.length === 0) return;
      const { accountId, id, clientId, name: actor, address = null } = viewer;
      const by = { accountId, at, actor, actorId: clientId ?? id, address, action: 'conversation.read', details: null };
      try {
        const entries = read.map((subject) => ({ ...by, subject }));
        await inTransaction(database.write, (trx) => recordAudit(trx, database.dialect, entries));
        for (const id of read) readings.set(`${viewer.id} ${id}`, at);
      } catch (error) {
        log.warn({ err: error }, 'the reading of conversations could not be written to the audit log');
      }
    },
  };
}

function assertSpan({ from, to }: AuditFilter): void {
  if (typeof from === 'number' && typeof to === 'number' && to <= from) {
    throw badInput('to', 'The span ends before it begins: to must be later than from.');
  }
}
