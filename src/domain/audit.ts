import type { PageRequest } from '../store/database/page.js';
import { listAuditEntries } from '../store/tables/audit-entries.js';
import { assertMay, type Viewer } from './access.js';
import type { DomainDeps } from './command.js';

/** The audit log, newest first. Entries are written by the commands, in their own transaction. */
export function createAudit({ database }: DomainDeps) {
  return {
    list(viewer: Viewer, request: PageRequest & { subject?: string | null | undefined }) {
      assertMay(viewer, 'read');
      return listAuditEntries(database.read, viewer.accountId, request);
    },
  };
}
