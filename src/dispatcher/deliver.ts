import pRetry from 'p-retry';
import type { Events } from '../events.js';
import type { HeldLane } from '../lanes/held-lane.js';
import type { Outbound } from '../outbound/request.js';
import type { AttemptRow, DeliveryRow } from '../store/tables/deliveries.js';
import { type Clock, delay } from '../time.js';
import { type AdmissionDeps, admit } from './admission.js';
import { asksToWait, attempt, type Verdict } from './attempt.js';
import { isExpired } from './progress.js';

export interface DeliverDeps extends AdmissionDeps {
  outbound: Outbound;
  clock: Clock;
  events: Events;
  /** Waits of the quick tries, in milliseconds; a try each. */
  quickWaitsMs: readonly number[];
  /** A try starts only with this much of the lease left, so that its outcome is recorded under the same lease. */
  marginMs: number;
}

/** What came of the tries made for a delivery while its lane was held. */
export interface Tried {
  verdict: Verdict;
  attempts: AttemptRow[];
}

/** Tries a delivery, quickly several times, until it is settled or has to wait. Rejects with LeaseLost. */
export async function deliver(deps: DeliverDeps, delivery: DeliveryRow, lane: HeldLane<DeliveryRow>): Promise<Tried> {
  const { clock, health, marginMs, stopping } = deps;
  const tried: Tried = { verdict: { kind: 'untried', waitMs: null }, attempts: [] };
  let endpoint = '';

  async function tryOnce(): Promise<void> {
    const admission = await admit(deps, delivery.channelId, (work) => lane.during(work, marginMs));
    if (admission.status !== 'admitted') {
      tried.verdict = { kind: 'untried', waitMs: admission.status === 'resting' ? admission.restMs : null };
      return;
    }
    const { target, permit, release } = admission;
    ({ endpoint } = admission);
    try {
      if (lane.leftMs() < marginMs) await lane.renew();
      if (isExpired(delivery, clock.now())) {
        tried.verdict = { kind: 'gone' };
        return;
      }
      const number = delivery.attempts + tried.attempts.length + 1;
      const { verdict, row } = await attempt(deps.outbound, clock, delivery, target, number);
      tried.verdict = verdict;
      if (verdict.kind === 'untried') return;
      tried.attempts.push(row);
      if (row.statusCode === null) permit.failed();
      else permit.answered(row.statusCode, asksToWait(verdict));
      const outcome = verdict.kind === 'delivered' ? 'ok' : verdict.kind === 'gone' ? 'gone' : 'retry';
      deps.events.attemptMade({ outcome, durationMs: row.durationMs });
    } finally {
      permit.cancelled(); // unless it has been settled
      release();
    }
    if (tried.verdict.kind === 'failed') throw new TryFailed();
  }

  /** A quick try must fit into the lease, and is pointless once the endpoint is in trouble or asks to wait. */
  const isWorthwhile = (waitMs: number): boolean =>
    lane.leftMs() - waitMs >= marginMs && asksToWait(tried.verdict) === null && health.restMs(endpoint) === 0;

  const waitsMs = deps.quickWaitsMs.slice(delivery.spent);
  await pRetry(tryOnce, {
    retries: waitsMs.length,
    minTimeout: 0, // the wait is made below, by our clock
    signal: stopping,
    async shouldRetry({ error, retriesConsumed }) {
      const waitMs = waitsMs[retriesConsumed] ?? 0;
      if (!(error instanceof TryFailed) || !isWorthwhile(waitMs)) return false;
      if (waitMs > 0) await delay(clock, waitMs, stopping);
      return true;
    },
  }).catch((error: unknown) => {
    if (!(error instanceof TryFailed) && !stopping.aborted) throw error;
  });
  if (tried.verdict.kind === 'failed') health.rests(endpoint, delivery.channelId);
  return tried;
}

class TryFailed extends Error {}
