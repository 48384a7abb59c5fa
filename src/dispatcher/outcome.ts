import type { Events } from '../events.js';
import type { Unit } from '../store/commit/unit.js';
import type { Occurrence } from '../store/tables/alert-incidents.js';
import { isAlert } from '../store/tables/alert-subscriptions.js';
import type { DeadReason, DeliveryProgress, DeliveryRow } from '../store/tables/deliveries.js';
import type { AttemptRow } from '../store/tables/delivery-attempts.js';

/** Why a message was given up; `error` is what the last attempt came to, if one was made. */
export interface DeathOf {
  reason: DeadReason | null;
  error: string | null;
}

export interface OutcomeDeps {
  /** What is to be told of a message that is given up. */
  deadLetter?(delivery: DeliveryRow, why: DeathOf, now: number): Occurrence | null;
  events: Pick<Events, 'deliveryEnded' | 'alertEnded'>;
}

/**
 * What is written along with the progress of a delivery. A message counts in its channel's metrics, and somebody may want
 * to be told of one that is given up; an alert shows on its subscription, and a dead one is told to nobody.
 */
export function consequencesOf(
  deps: OutcomeDeps,
  delivery: DeliveryRow,
  { status, deadReason }: DeliveryProgress,
  attempts: readonly AttemptRow[],
  now: number,
): Pick<Unit, 'counts' | 'occurrences' | 'alertSent'> {
  const { channelId } = delivery;
  const latest = attempts.at(-1);
  if (isAlert(delivery)) {
    if (!latest && status === 'PENDING') return {};
    const sentAt = status === 'DELIVERED' ? now : null;
    const error = status === 'DELIVERED' ? null : errorOf(latest);
    return { alertSent: { subscriptionId: channelId, sentAt, error } };
  }
  if (status === 'DELIVERED') return { counts: { channelId, deliveriesSucceeded: 1 } };
  if (status !== 'DEAD') return {};
  const occurrence = deps.deadLetter?.(delivery, { reason: deadReason, error: latest ? errorOf(latest) : null }, now);
  return { counts: { channelId, deliveriesDead: 1 }, ...(occurrence && { occurrences: [occurrence] }) };
}

/** Tells the log and the metrics of a delivery that has ended. */
export function tellEnd(
  { events }: OutcomeDeps,
  delivery: DeliveryRow,
  outcome: 'DELIVERED' | 'DEAD',
  attempts: readonly AttemptRow[],
): void {
  const { id: deliveryId, channelId } = delivery;
  const error = attempts.at(-1)?.error ?? null;
  if (isAlert(delivery)) events.alertEnded({ deliveryId, subscriptionId: channelId, outcome, error });
  else events.deliveryEnded({ deliveryId, channelId, outcome, error });
}

/** Why an attempt failed: what it was answered says nothing that is safe to repeat. */
function errorOf(attempt: AttemptRow | undefined): string {
  if (!attempt) return 'EXPIRED: It could not be sent within a day.';
  return attempt.error ?? `The endpoint answered ${attempt.statusCode}.`;
}
