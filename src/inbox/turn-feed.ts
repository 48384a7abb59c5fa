import type { Knex } from 'knex';
import { AppError } from '../errors.js';
import type { TurnRow, turnStore } from '../store/tables/turns.js';
import type { Clock } from '../time.js';
import { storedOutcome, type TurnOutcome } from '../wire/outcome.js';

/** What becomes of a turn. After `ended` and `failed` nothing follows. */
export type TurnNews =
  /** It has said what it could before something slow; this is durable. */
  | { status: 'paused'; outcome: TurnOutcome }
  | { status: 'ended'; outcome: TurnOutcome }
  | { status: 'failed'; error: Error };

export interface Following {
  stop(): void;
}

/** Tells those who wait for a turn what becomes of it, whichever process runs it. */
export interface TurnFeed {
  follow(turnId: string, listener: (news: TurnNews) => void): Following;
  tell(turnId: string, news: TurnNews): void;
  /** Looks at once whether another process, or an earlier moment, has brought news. */
  look(): Promise<void>;
}

const LOOK_EVERY_MS = 50; // how late news of another process is noticed

export function createTurnFeed(deps: {
  read: Knex;
  turns: Pick<ReturnType<typeof turnStore>, 'byIds'>;
  clock: Clock;
  /** Nobody else runs turns: there is nothing to look for. */
  singleProcess: boolean;
  onError(error: unknown): void;
}): TurnFeed {
  const followed = new Map<string, { listeners: Set<(news: TurnNews) => void>; told: number }>();
  let waiting = false;

  function tell(turnId: string, news: TurnNews): void {
    const entry = followed.get(turnId);
    if (!entry) return;
    if (news.status === 'paused') entry.told = news.outcome.replies.length;
    else followed.delete(turnId);
    for (const listener of [...entry.listeners]) listener(news);
  }

  async function look(): Promise<void> {
    if (followed.size === 0) return;
    for (const row of await deps.turns.byIds(deps.read, [...followed.keys()])) {
      const news = newsOf(row);
      const told = followed.get(row.id)?.told ?? 0;
      if (news && (news.status !== 'paused' || news.outcome.replies.length > told)) tell(row.id, news);
    }
  }

  function lookLater(): void {
    if (deps.singleProcess || waiting || followed.size === 0) return;
    waiting = true;
    deps.clock.after(LOOK_EVERY_MS, () => {
      waiting = false;
      void look().catch(deps.onError).finally(lookLater);
    });
  }

  return {
    follow(turnId, listener) {
      const entry = followed.get(turnId) ?? { listeners: new Set(), told: 0 };
      followed.set(turnId, entry);
      entry.listeners.add(listener);
      lookLater();
      return {
        stop() {
          entry.listeners.delete(listener);
          if (entry.listeners.size === 0 && followed.get(turnId) === entry) followed.delete(turnId);
        },
      };
    },
    tell,
    look,
  };
}

/** What a stored turn has to tell; null while it has not got so far. */
export function newsOf(row: TurnRow): TurnNews | null {
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
