import { LRUCache } from 'lru-cache';
import { atMost } from '../../at-most.js';
import { AppError } from '../../errors.js';
import { networkOf } from '../../outbound/ranges.js';
import { recordAudit } from '../../store/audit-log.js';
import { inTransaction } from '../../store/database/transaction.js';
import type { UserRecord } from '../../store/tables/users.js';
import { HOUR, MINUTE, SECOND } from '../../time.js';
import type { DomainDeps } from '../command.js';
import { MAX_EMAIL } from '../text-input.js';
import { createFailureLimit, type FailureLimit } from './failure-limit.js';

/** Where an attempt to sign in comes from. `deviceId` of a device that is known for the user, else null. */
export interface Origin {
  address: string;
  deviceId: string | null;
}

/** Audit entries of failed sign-ins: at most one a user in this time; it says how many there were. */
const AUDITED_EVERY_MS = 1 * HOUR;
const MAX_AUDITED = 10_000; // users remembered; beyond, the oldest may get its next entry early

/**
 * Limits to guessing passwords. A known device answers for itself alone. Anybody else waits for what came from the same
 * network, and for a short time for what others tried at the same e-mail address.
 */
export function createGuesses({ database, clock, log }: DomainDeps) {
  const devices = createFailureLimit({ free: 10, maxDelayMs: 15 * MINUTE }, clock);
  const networks = createFailureLimit({ free: 5, maxDelayMs: 15 * MINUTE }, clock);
  const emails = createFailureLimit({ free: 10, maxDelayMs: 1 * MINUTE }, clock);
  const audited = new LRUCache<string, { at: number; failures: number }>(atMost(MAX_AUDITED));

  const limitsOf = (email: string, { address, deviceId }: Origin): [FailureLimit, string][] =>
    deviceId === null
      ? [
          [networks, networkOf(address)],
          [emails, email.slice(0, MAX_EMAIL)], // what differs beyond shares a limit
        ]
      : [[devices, deviceId]];

  return {
    /** TOO_MANY_REQUESTS with the seconds to wait; else counts the attempt, and gives how to take that back. */
    begin(email: string, origin: Origin): () => void {
      const limits = limitsOf(email, origin);
      const waitMs = Math.max(...limits.map(([limit, key]) => limit.waitMs(key)));
      if (waitMs > 0) {
        const retryAfterSeconds = Math.ceil(waitMs / SECOND);
        throw new AppError('TOO_MANY_REQUESTS', `Too many attempts. Try again in ${retryAfterSeconds} seconds.`, {
          details: { retryAfterSeconds },
        });
      }
      for (const [limit, key] of limits) limit.count(key);
      return () => {
        for (const [limit, key] of limits) limit.forgive(key);
      };
    },

    /** Tells the audit log of a wrong password, without keeping the caller waiting. */
    noteWrong(user: UserRecord, { address }: Origin): void {
      const now = clock.now();
      const before = audited.get(user.id);
      const failures = (before?.failures ?? 0) + 1;
      if (before && now - before.at < AUDITED_EVERY_MS) return void audited.set(user.id, { at: before.at, failures });
      audited.set(user.id, { at: now, failures: 0 });
      const entry = {
        accountId: user.accountId,
        at: now,
        actor: 'Somebody unknown',
        actorId: null,
        action: 'sign-in.refuse',
        subject: user.id,
        address,
        details: { failures },
      };
      inTransaction(database.write, (trx) => recordAudit(trx, database.dialect, [entry])).catch((error: unknown) =>
        log.warn({ err: error }, 'failed sign-ins could not be written to the audit log'),
      );
    },
  };
}
