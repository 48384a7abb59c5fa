import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import { findPoll, type PollAnswer } from '../store/tables/polls.js';
import type { TurnRow, turnStore } from '../store/tables/turns.js';
import { type Clock, DAY, delay, MINUTE } from '../time.js';
import type { TurnOutcome } from '../wire/outcome.js';
import { readInput } from '../wire/stored-input.js';
import { type TurnUpdates, updateOf } from './turn-updates.js';

/** What has become of a turn since some reply of it. */
export interface Slice {
  /** With the replies of this slice only; null while the turn has not begun. */
  outcome: TurnOutcome | null;
  /** How many replies of the turn have been told with this slice. */
  upto: number;
  /** Nothing follows. */
  final: boolean;
}

/** A poll id that stands for a turn of a channel. */
export interface Poll {
  pollId: string;
  turnId: string;
  channelId: string;
  traceId: string;
  /** Who sent the message. */
  userId: string;
  /** How many replies of the turn its caller has. */
  from: number;
  /** Whether somebody of the account tried the bot. */
  test: boolean;
}

/** Fetching what a turn says after its caller has been answered with a part of it, or with nothing. */
export interface Polls {
  find(pollId: string): Promise<Poll | null>;
  /**
   * What the id has to tell: an empty slice while there is nothing new. The first answer stands and can be fetched
   * again for a minute (a reply lost on its way); after that, and a day after the turn, null. Waits up to `waitMs`.
   * Throws what the turn failed with.
   */
  answer(poll: Poll, waitMs: number): Promise<Slice | null>;
  /** Everything from there to the end, as it comes. Throws what the turn failed with. */
  follow(turnId: string, from: number, signal: AbortSignal): AsyncGenerator<Slice, void, void>;
}

const REPEATED_FOR_MS = 1 * MINUTE;
const KEPT_MS = 1 * DAY;
const POLL_ID = /^pl-([0-9a-f]{32})-(\d{1,6})$/;

/** Names a turn and how many of its replies are known: it needs no row of its own, and survives whatever the turn does. */
export const pollId = (turnId: string, from: number): string => `pl-${turnId.slice(3)}-${from}`;

export function createPolls(deps: {
  database: Pick<Database, 'read'>;
  queue: CommitQueue;
  turns: ReturnType<typeof turnStore>;
  updates: TurnUpdates;
  clock: Clock;
}): Polls {
  const { clock } = deps;

  async function rowOf(turnId: string): Promise<TurnRow | null> {
    const [row] = await deps.turns.byIds(deps.database.read, [turnId]);
    return row ?? null;
  }

  /** What a stored turn has to tell after its first `from` replies, up to `upto`. */
  function sliceOf(row: TurnRow, from: number, upto?: number): Slice {
    const update = updateOf(row);
    if (!update) return { outcome: null, upto: from, final: false };
    if (update.status === 'failed') throw update.error;
    const { outcome } = update;
    const replies = outcome.replies.slice(from, upto);
    const final = update.status === 'ended' && from + replies.length === outcome.replies.length;
    const ended = final ? {} : { endOfTask: null, agentTransfer: false };
    return { outcome: { ...outcome, ...ended, replies }, upto: from + replies.length, final };
  }

  async function* follow(turnId: string, from: number, signal: AbortSignal): AsyncGenerator<Slice, void, void> {
    let known = from;
    let wake = (): void => {};
    let updated = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const following = deps.updates.follow(turnId, () => wake());
    const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    try {
      while (!signal.aborted) {
        const row = await rowOf(turnId);
        if (!row) return;
        const slice = sliceOf(row, known);
        if (slice.upto > known || slice.final) yield slice;
        if (slice.final) return;
        known = slice.upto;
        await Promise.race([updated, gone]);
        updated = new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      following.stop();
    }
  }

  /** The next slice, or an empty one when nothing came in time. */
  async function next(poll: Poll, waitMs: number): Promise<Slice | null> {
    const row = await rowOf(poll.turnId);
    if (!row || (row.finishedAt !== null && clock.now() - row.finishedAt >= KEPT_MS)) return null;
    const now = sliceOf(row, poll.from);
    if (waitMs <= 0 || now.final || now.upto > poll.from) return now;
    const waiting = new AbortController();
    const slices = follow(poll.turnId, poll.from, waiting.signal);
    const first = slices.next().then(({ value }) => value ?? now);
    first.catch(() => {}); // it may fail when nobody waits any more
    try {
      return await Promise.race([first, delay(clock, waitMs, waiting.signal).then(() => now)]);
    } finally {
      waiting.abort();
      await slices.return();
    }
  }

  async function repeated(poll: Poll, answer: PollAnswer): Promise<Slice | null> {
    if (clock.now() - answer.answeredAt >= REPEATED_FOR_MS) return null;
    const row = await rowOf(poll.turnId);
    if (!row) return null;
    const slice = sliceOf(row, poll.from, answer.upto);
    return { outcome: slice.outcome, upto: slice.upto, final: answer.final };
  }

  return {
    async find(id) {
      const [, turn = '', from = ''] = POLL_ID.exec(id) ?? [];
      const row = turn === '' ? null : await rowOf(`tn-${turn}`);
      if (!row) return null;
      const { channelId, traceId } = row;
      const { user, test } = readInput(row.input);
      return {
        pollId: id,
        turnId: row.id,
        channelId,
        traceId,
        userId: user.id,
        from: Number(from),
        test: test !== undefined,
      };
    },

    async answer(poll, waitMs) {
      const known = await findPoll(deps.database.read, poll.pollId);
      if (known) return repeated(poll, known);
      const slice = await next(poll, waitMs);
      if (!slice || (slice.upto === poll.from && !slice.final)) return slice;
      const { upto, final } = slice;
      await deps.queue.commit({ polled: { id: poll.pollId, upto, final, answeredAt: clock.now() } });
      const first = await findPoll(deps.database.read, poll.pollId); // somebody may have asked at the same time
      return first && (first.upto !== upto || first.final !== final) ? repeated(poll, first) : slice;
    },

    follow,
  };
}
