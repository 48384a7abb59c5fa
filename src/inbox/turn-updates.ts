import type { Knex } from 'knex';
import { AppError } from '../errors.js';
import type { TurnRow, turnStore } from '../store/tables/turns.js';
import type { Clock } from '../time.js';
import { storedOutcome, type TurnOutcome } from '../wire/outcome.js';

/** What becomes of a turn. After `ended` and `failed` nothing follows. */
export type TurnUpdate =
  /** It has said what it could before something slow; this is durable. */
  | { status: 'paused'; outcome: TurnOutcome }
  | { status: 'ended'; outcome: TurnOutcome }
  | { status: 'failed'; error: Error };

export interface Following {
  stop(): void;
}

/**
 * Tells what becomes of a turn to those who do not run it: polls, event streams, and the callers of a stored message,
 * whichever process runs it.
 */
export interface TurnUpdates {
  follow(turnId: string, listener: (update: TurnUpdate) => void): Following;
  publish(turnId: string, update: TurnUpdate): void;
  /** Reads at once what has become of the turns that are followed. */
  poll(): Promise<void>;
}

/** Milliseconds between two looks at what other processes have stored; an update of theirs is told so much later. */
const POLL_EVERY_MS = 50;

export function createTurnUpdates(deps: {
  read: Knex;
  turns: Pick<ReturnType<typeof turnStore>, 'byIds'>;
  clock: Clock;
  /** Nobody else runs turns: there is nothing to look for. */
  singleProcess: boolean;
  onError(error: unknown): void;
}): TurnUpdates {
  const followed = new Map<string, { listeners: Set<(update: TurnUpdate) => void>; told: number }>();
  let waiting = false;

  function publish(turnId: string, update: TurnUpdate): void {
    const entry = followed.get(turnId);
    if (!entry) return;
    if (update.status === 'paused') entry.told = update.outcome.replies.length;
    else followed.delete(turnId);
    for (const listener of [...entry.listeners]) listener(update);
  }

  async function poll(): Promise<void> {
    if (followed.size === 0) return;
    for (const row of await deps.turns.byIds(deps.read, [...followed.keys()])) {
      const update = updateOf(row);
      const told = followed.get(row.id)?.told ?? 0;
      if (update && (update.status !== 'paused' || update.outcome.replies.length > told)) publish(row.id, update);
    }
  }

  function pollLater(): void {
    if (deps.singleProcess || waiting || followed.size === 0) return;
    waiting = true;
    deps.clock.after(POLL_EVERY_MS, () => {
      waiting = false;
      void poll().catch(deps.onError).finally(pollLater);
    });
  }

  return {
    follow(turnId, listener) {
      const entry = followed.get(turnId) ?? { listeners: new Set(), told: 0 };
      followed.set(turnId, entry);
      entry.listeners.add(listener);
      pollLater();
      return {
        stop() {
          entry.listeners.delete(listener);
          if (entry.listeners.size === 0 && followed.get(turnId) === entry) followed.delete(turnId);
        },
      };
    },
    publish,
    poll,
  };
}

/** What is stored of a turn, as an update; null before its first pause. */
export function updateOf(row: TurnRow): TurnUpdate | null {
  switch (row.status) {
    case 'QUEUED':
      return null;
    case 'EXPIRED':
      return { status: 'failed', error: timedOut() };
    case 'PAUSED':
    case 'DONE': {
      const outcome = storedOutcome(row);
      if (outcome) return { status: row.status === 'PAUSED' ? 'paused' : 'ended', outcome };
      return row.status === 'PAUSED' ? null : { status: 'failed', error: lost() };
    }
  }
}

export const timedOut = () => new AppError('TIMEOUT', 'The request has been timed-out');
const lost = () => new AppError('INTERNAL', 'The answer to this message could not be stored. Send the message again.');
