import type { AttemptRow, DeliveryProgress, DeliveryRow, NewDelivery } from '../store/tables/deliveries.js';
import { asksToWait, type Verdict } from './attempt.js';
import { RETRY_WINDOW_MS, restAfter } from './schedule.js';

/** A delivery nothing has been tried for, as it stands in its lane. */
export function freshDelivery(delivery: NewDelivery, seq: number): DeliveryRow {
  return {
    ...delivery,
    jobId: delivery.jobId ?? null,
    seq,
    status: 'PENDING',
    replay: false,
    attempts: 0,
    spent: 0,
    firstAttemptAt: null,
    nextAttemptAt: null,
    finishedAt: null,
  };
}

/** Whether the retry window of a delivery has passed. It opens with the message, and again with a replay. */
export function isExpired({ replay, createdAt, firstAttemptAt, nextAttemptAt }: DeliveryRow, now: number): boolean {
  const openedAt = replay ? (firstAttemptAt ?? nextAttemptAt ?? createdAt) : createdAt;
  return now - openedAt >= RETRY_WINDOW_MS;
}

/**
 * What a row says after these attempts, the last of which came to the verdict: delivered, dead, or when it is tried
 * again. `random` in [0, 1).
 */
export function progressAfter(
  delivery: DeliveryRow,
  verdict: Verdict,
  attempts: readonly AttemptRow[],
  { now, random }: { now: number; random: number },
): DeliveryProgress {
  const firstAttemptAt = delivery.firstAttemptAt ?? attempts[0]?.startedAt ?? null;
  const unspent = verdict.kind === 'failed' || verdict.kind === 'untried' ? 0 : 1; // the last one says nothing of the message
  const spent = delivery.spent + Math.max(0, attempts.length - unspent);
  const isDead = verdict.kind === 'gone' || isExpired(delivery, now);
  const status = verdict.kind === 'delivered' ? 'DELIVERED' : isDead ? 'DEAD' : 'PENDING';
  const over = status !== 'PENDING';
  const ownWait = verdict.kind === 'failed' ? restAfter(spent, random) : 0;
  return {
    id: delivery.id,
    status,
    attempts: delivery.attempts + attempts.length,
    spent,
    firstAttemptAt,
    nextAttemptAt: over ? null : now + Math.max(asksToWait(verdict) ?? 0, ownWait),
    finishedAt: over ? now : null,
  };
}
