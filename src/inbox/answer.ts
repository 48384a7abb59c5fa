import { type Clock, monotonicOf } from '../time.js';
import type { InboundMessage, WaitPolicy } from '../wire/message.js';
import type { TurnOutcome } from '../wire/outcome.js';
import { type TurnUpdate, type TurnUpdates, timedOut } from './turn-updates.js';

/** What the caller of a message is told. */
export type Receipt =
  /** Asynchronous: the message is stored, the reply will be POSTed. */
  | { status: 'accepted'; turnId: string; traceId: string }
  | { status: 'answered'; outcome: TurnOutcome }
  /** What was said before the first slow step; the rest can be fetched. */
  | { status: 'paused'; outcome: TurnOutcome }
  /** The turn takes longer than the caller wants to wait; all of it can be fetched. */
  | { status: 'pending'; turnId: string; traceId: string };

export interface AnswerDeps {
  clock: Clock;
  updates: TurnUpdates;
  /** How long a synchronous caller may wait, in milliseconds; then it hears TIMEOUT. */
  syncLimitMs: number;
}

/** The whole answer, however long that takes. */
const TO_THE_END: WaitPolicy = { until: 'END', waitMs: Number.POSITIVE_INFINITY };

/**
 * Waits for what the caller of a turn is told, no longer than it wants to. `outcome` comes from a turn that this process
 * runs for this caller; without it, and at a pause, the turn's updates tell.
 */
export function answer(
  { clock, updates, syncLimitMs }: AnswerDeps,
  { receivedAt, wait = TO_THE_END }: InboundMessage,
  { turnId, traceId }: { turnId: string; traceId: string },
  outcome?: Promise<TurnOutcome>,
): Promise<Receipt> {
  const waitMs = wait.until === 'END' ? Math.min(wait.waitMs, syncLimitMs) : syncLimitMs;
  const late = (): Receipt | Error => (isLimited(wait) ? { status: 'pending', turnId, traceId } : timedOut());
  if (waitMs <= 0) {
    outcome?.catch(() => {}); // nobody waits for it
    return Promise.resolve({ status: 'pending', turnId, traceId });
  }
  return new Promise((resolve, reject) => {
    const tell = (told: Receipt | Error | null): void => {
      if (!told) return;
      timer.cancel();
      following?.stop();
      if (told instanceof Error) reject(told);
      else resolve(told);
    };
    const follows = !outcome || wait.until === 'FIRST_PAUSE';
    const following = follows ? updates.follow(turnId, (update) => tell(receiptOf(update, wait))) : null;
    const timer = clock.after(Math.max(0, monotonicOf(clock, receivedAt) + waitMs - clock.monotonicNow()), () =>
      tell(late()),
    );
    outcome?.then((ended) => tell({ status: 'answered', outcome: ended }), tell);
  });
}

/** Null: the caller goes on waiting. */
export function receiptOf(update: TurnUpdate, wait: WaitPolicy = TO_THE_END): Receipt | Error | null {
  switch (update.status) {
    case 'ended':
      return { status: 'answered', outcome: update.outcome };
    case 'failed':
      return update.error;
    case 'paused':
      return wait.until === 'FIRST_PAUSE' ? { status: 'paused', outcome: update.outcome } : null;
  }
}

/** Whether the caller has said how long it waits. */
const isLimited = (wait: WaitPolicy): boolean => wait.until === 'END' && Number.isFinite(wait.waitMs);
