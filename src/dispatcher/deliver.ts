import pRetry from 'p-retry';
import type { Events } from '../events.js';
import type { HeldLane } from '../lanes/held-lane.js';
import type { Mailer } from '../outbound/mail.js';
import type { DeliveryRow } from '../store/tables/deliveries.js';
import { delay, SECOND } from '../time.js';
import { type Admission, type AdmissionDeps, admit } from './admission.js';
import { isRefusal } from './answered.js';
import { type AttemptDeps, asksToWait, attempt, type Verdict } from './attempt.js';
import type { Blame } from './endpoint.js';
import { isExpired } from './progress.js';
import { sendMail } from './send-mail.js';
import { endpointOf } from './target.js';
import { type Tried, untried } from './tried.js';

export interface DeliverDeps extends AdmissionDeps, AttemptDeps {
  /** Null: this server sends no e-mail. */
  mailer: Mailer | null;
  events: Events;
  /** Waits of the quick tries, in milliseconds; a try each. */
  quickWaitsMs: readonly number[];
  random(): number;
  /** An endpoint has taken a message. */
  taken(endpoint: string): void;
  /** A try starts only with this much of the lease left. */
  marginMs: number;
}

/** Time of the lease that the outcome of a try needs, in milliseconds; a try that may leave less renews the lease meanwhile. */
const RECORDING_MS = 5 * SECOND;

/** Tries a delivery, quickly several times, until it is settled or has to wait. Rejects with LeaseLost. */
export async function deliver(deps: DeliverDeps, delivery: DeliveryRow, lane: HeldLane<DeliveryRow>): Promise<Tried> {
  const { clock, health, marginMs, stopping } = deps;
  const tried = untried({ kind: 'untried', waitMs: null });

  async function tryOnce(): Promise<void> {
    const admission = await admit(deps, delivery.channelId, (work) => lane.during(work, marginMs));
    if (admission.status !== 'admitted') {
      tried.verdict = { kind: 'untried', waitMs: null };
      if (admission.status === 'resting') noteRest(admission);
      return;
    }
    const { target, permit, release } = admission;
    const endpoint = endpointOf(target);
    tried.endpoint = endpoint;
    tried.recoveries = health.recoveries(endpoint);
    let wasMade = false;
    try {
      if (lane.leftMs() < marginMs || !lane.isCurrent()) await lane.renew();
      if (isExpired(delivery, target.policy.windowMs, clock.now())) {
        tried.verdict = { kind: 'dead', reason: 'EXPIRED' };
        return;
      }
      wasMade = true;
      const number = delivery.attempts + tried.attempts.length + 1;
      const trying =
        target.alert?.by === 'MAIL'
          ? sendMail(deps.mailer, clock, delivery, target.alert.mail, number)
          : attempt(deps, delivery, target, number);
      if (target.policy.timeoutMs + RECORDING_MS > lane.leftMs()) await lane.during(trying, marginMs);
      const { verdict, row } = await trying;
      tried.verdict = verdict;
      if (verdict.kind === 'untried') return;
      tried.attempts.push(row);
      const { statusCode, error } = row;
      const blame = statusCode === null ? permit.failed(error ?? '') : permit.answered(statusCode, asksToWait(verdict));
      tried.verdict = blamed(verdict, statusCode, blame);
      if (tried.verdict.kind === 'failed') tried.spent += 1;
      deps.events.attemptMade({ outcome: OUTCOMES[tried.verdict.kind], durationMs: row.durationMs });
      if (tried.verdict.kind === 'delivered') deps.taken(endpoint);
      tried.isRefused = isRefused(tried.verdict, statusCode);
    } finally {
      permit.cancelled(); // unless it has been settled
      release(wasMade);
    }
    if (tried.verdict.kind === 'failed' || tried.verdict.kind === 'busy') throw new TryFailed();
  }

  function noteRest({ restMs, endpoint, recoveries }: Extract<Admission, { status: 'resting' }>): void {
    tried.verdict = { kind: 'untried', waitMs: restMs };
    Object.assign(tried, { endpoint, recoveries });
  }

  /** A quick try must fit into the lease, and is pointless once the endpoint is closed or asks to wait. */
  const isWorthwhile = (waitMs: number): boolean =>
    lane.leftMs() - waitMs >= marginMs && asksToWait(tried.verdict) === null && health.restMs(tried.endpoint) === 0;

  const waitsMs = deps.quickWaitsMs.slice(delivery.spent);

  /** Waits for the quick try after so many, if there is to be one. */
  async function isTriedAgain(error: unknown, tries: number): Promise<boolean> {
    const waitMs = (waitsMs[tries] ?? 0) * (0.8 + 0.4 * deps.random());
    if (!(error instanceof TryFailed) || !isWorthwhile(waitMs)) return false;
    if (waitMs > 0) await delay(clock, waitMs, stopping);
    return true;
  }

  async function tryAgain(error: unknown): Promise<void> {
    if (stopping.aborted || waitsMs.length === 0 || !(await isTriedAgain(error, 0))) throw error;
    await pRetry(tryOnce, {
      retries: waitsMs.length - 1,
      minTimeout: 0, // the wait is made above, by our clock
      signal: stopping,
      shouldRetry: (failed) => isTriedAgain(failed.error, failed.retriesConsumed + 1),
    });
  }

  // To begin with p-retry would cost the usual message, which needs no second try, 15 µs.
  await (stopping.aborted ? Promise.resolve() : tryOnce().catch(tryAgain)).catch((error: unknown) => {
    if (!(error instanceof TryFailed) && !stopping.aborted) throw error;
  });
  return tried;
}

const OUTCOMES = { delivered: 'ok', dead: 'gone', failed: 'retry', busy: 'retry', untried: 'retry' } as const;

/** What no answer, or a refusal, means for the message while the endpoint as a whole is in trouble: nothing. */
function blamed(verdict: Verdict, status: number | null, blame: Blame): Verdict {
  const isAboutAll = status === null || isRefusal(status);
  return blame === 'ENDPOINT' && isAboutAll ? { kind: 'busy', waitMs: null } : verdict;
}

/** Whether the message is dead by a refusal that may turn out to be meant for everybody. */
const isRefused = (verdict: Verdict, status: number | null): boolean =>
  verdict.kind === 'dead' && verdict.reason === 'REJECTED' && status !== null && isRefusal(status);

class TryFailed extends Error {}
