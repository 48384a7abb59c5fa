import type { DeliveryProgress, DeliveryRow, NewDelivery } from '../store/tables/deliveries.js';
import { SECOND } from '../time.js';
import { asksToWait } from './attempt.js';
import { restAfter } from './schedule.js';
import type { Tried } from './tried.js';

/** A delivery nothing has been tried for, as it stands in its lane. */
export function freshDelivery(delivery: NewDelivery, seq: number): DeliveryRow {
  return {
    jobId: null,
    sealed: null,
    seq,
    status: 'PENDING',
    replay: false,
    attempts: 0,
    spent: 0,
    firstAttemptAt: null,
    nextAttemptAt: null,
    finishedAt: null,
    deadReason: null,
    ...delivery,
  };
}

/** Whether the retry window of a delivery has passed. It opens with the message, and again with a replay. */
export function isExpired(delivery: DeliveryRow, windowMs: number, now: number): boolean {
  const { replay, createdAt, firstAttemptAt, nextAttemptAt } = delivery;
  const openedAt = replay ? (firstAttemptAt ?? nextAttemptAt ?? createdAt) : createdAt;
  return now - openedAt >= windowMs;
}

/** Milliseconds until a message is tried again whose endpoint was in trouble and did not say for how long. */
const BUSY_MS = 1 * SECOND;

/** What a row says after these tries: delivered, dead, or when it is tried again. `random` in [0, 1). */
export function progressAfter(
  delivery: DeliveryRow,
  { verdict, attempts, spent: newlySpent }: Tried,
  { windowMs, now, random }: { windowMs: number; now: number; random: number },
): DeliveryProgress {
  const firstAttemptAt = delivery.firstAttemptAt ?? attempts[0]?.startedAt ?? null;
  const spent = delivery.spent + newlySpent;
  const deadReason =
    verdict.kind === 'dead' ? verdict.reason : isExpired(delivery, windowMs, now) ? ('EXPIRED' as const) : null;
  const status = verdict.kind === 'delivered' ? 'DELIVERED' : deadReason === null ? 'PENDING' : 'DEAD';
  const over = status !== 'PENDING';
  const ownWait = verdict.kind === 'failed' ? restAfter(spent, random) : verdict.kind === 'busy' ? BUSY_MS : 0;
  return {
    id: delivery.id,
    status,
    attempts: delivery.attempts + attempts.length,
    spent,
    firstAttemptAt,
    nextAttemptAt: over ? null : now + Math.max(asksToWait(verdict) ?? 0, ownWait),
    finishedAt: over ? now : null,
    deadReason: status === 'DEAD' ? deadReason : null,
  };
}
