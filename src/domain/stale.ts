import { isDeepStrictEqual } from 'node:util';
import { conflict } from '../errors.js';
import { type AuditEntryRecord, newestEntriesOn } from '../store/tables/audit-entries.js';
import type { Command } from './command.js';

/** One field of a save: as its sender saw it before (undefined: they do not say), as it is, and as it is to be. */
export interface SeenField {
  field: string;
  seen: unknown;
  current: unknown;
  wanted: unknown;
  /** It is told that it changed, not what it is: these are marks of it (`marksOf`). */
  secret?: boolean;
}

/** Audit entries searched for who changed something last; beyond, nobody is named. */
const MAX_ENTRIES = 100;

/**
 * CONFLICT when somebody else has changed one of these fields since the sender saw it, with who and when, and what it is now; not
 * where both want the same. `isOf` tells the entries of the audit log that are about them.
 */
export async function refuseStale(
  { trx, viewer }: Command,
  subject: string,
  fields: readonly SeenField[],
  isOf: (entry: AuditEntryRecord, field: string) => boolean,
): Promise<void> {
  const [first, ...others] = fields.filter(
    ({ seen, current, wanted }) =>
      seen !== undefined && !isSame(seen, current) && (wanted === undefined || !isSame(wanted, current)),
  );
  if (!first) return;
  const entries = await newestEntriesOn(trx, viewer.accountId, subject, MAX_ENTRIES);
  const last = entries.find((entry) => isOf(entry, first.field));
  const who = !last ? 'Somebody' : last.actorId === viewer.id ? 'You, elsewhere,' : last.actor;
  throw conflict(
    `${who} changed "${first.field}" after you had opened it. Look at both, and save the one that shall stand.`,
    {
      field: first.field,
      changed: [first, ...others].map(({ field, current, secret }) => ({
        ...{ field, current: current ?? null },
        ...(secret && { secret }),
      })),
      changedBy: last ? { id: last.actorId, name: last.actor } : null,
      changedAt: last ? new Date(last.at).toISOString() : null,
    },
  );
}

/** Null and absent are the same, as they are in the answers of the API. */
const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(plain(a), plain(b));

const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

/** An entry whose details name the field. */
export const namesField =
  (columnOf: (field: string) => string = (field) => field) =>
  ({ details }: AuditEntryRecord, field: string): boolean =>
    details !== null && Object.hasOwn(details, columnOf(field));
