import { unavailable } from '../errors.js';
import type { Events } from '../events.js';
import { type HeldLane, LeaseLost, Overtaken } from '../lanes/held-lane.js';
import type { TurnScheduler } from '../load/turn-scheduler.js';
import { away } from '../store/commit/commit-queue.js';
import { isInfrastructure, isUnavailable } from '../store/database/failures.js';
import type { TurnProgress } from '../store/tables/turns.js';
import { delay } from '../time.js';
import { runTurn } from '../turn/turn.js';
import type { TurnDeps, TurnJob, TurnListener } from '../turn/turn-job.js';
import type { TurnOutcome } from '../wire/outcome.js';
import { belongsTo, JOIN_WINDOW_MS, oneTurnOf, startsBurst } from './bursts.js';
import type { StoredMessage } from './stored-messages.js';
import { type TurnUpdate, type TurnUpdates, timedOut } from './turn-updates.js';

export interface RunDeps extends TurnDeps {
  events: Events;
  updates: TurnUpdates;
  scheduler: TurnScheduler;
  /** How long a synchronous caller waits, in milliseconds; a message whose turn has not begun by then never runs. */
  syncLimitMs: number;
}

/** A message in its lane. */
export interface Item {
  /** Null when its row cannot be read. */
  job: TurnJob | null;
  /** Runs the turn to its end. Rejects only when the lane must be given up: its lease is lost, or nothing can be stored. */
  run(lane: HeldLane<Item>): Promise<void>;
  /** Called instead of `run` when the lane is given up first. */
  drop(reason: Error): void;
}

/** The caller in this process of a message that runs before it is stored. */
export interface Caller {
  resolve(outcome: TurnOutcome): void;
  reject(reason: Error): void;
}

/** Makes items of messages: an item runs its turn, alone or with the burst it begins, and tells what came of it. */
export function createItems(deps: RunDeps) {
  function itemOf(job: TurnJob, caller?: Caller): Item {
    const tell = (one: TurnJob, update: TurnUpdate): void => {
      deps.updates.publish(one.turnId, update);
      if (one !== job) return;
      if (update.status === 'ended') caller?.resolve(update.outcome);
      if (update.status === 'failed') caller?.reject(update.error);
    };

    const listener: TurnListener = {
      paused: (outcome) => deps.updates.publish(outcome.turnId, { status: 'paused', outcome }),
      absorbed: (one, outcome) => deps.updates.publish(one.turnId, { status: 'ended', outcome }),
    };

    async function run(lane: HeldLane<Item>): Promise<void> {
      if (isStored(job) && job.input.mode === 'ASYNC') await deps.scheduler.ready();
      const turn = await gather(lane);
      if (!turn) return;
      try {
        tell(turn, { status: 'ended', outcome: await runTurn(deps, turn, lane, listener) });
      } catch (error) {
        const reason = reasonOf(error);
        if (reason instanceof Overtaken) {
          await turn.acceptance.refuse(reason);
          caller?.reject(reason); // who stores the message, and has it run again
          return;
        }
        for (const one of [...(turn.burst?.absorbed ?? []), turn]) await fail(one, reason, lane);
        if (isStored(turn) && givesUpLane(reason)) throw reason;
      }
    }

    /** The turn to run: the message's own, or the one of the burst it begins. Null: all came too late. */
    async function gather(lane: HeldLane<Item>): Promise<TurnJob | null> {
      if (isTooLate(job)) {
        await expire(job, lane);
        return null;
      }
      if (!startsBurst(job)) return job;
      if (job.route.burst === 'JOIN') {
        const leftMs = job.arrivedAt + JOIN_WINDOW_MS - deps.clock.monotonicNow();
        if (leftMs > 0) await delay(deps.clock, leftMs);
      }
      const followers = await lane.take((next) => next.job !== null && belongsTo(job, next.job));
      const inTime: TurnJob[] = [];
      for (const one of [job, ...followers.map((follower) => follower.job)]) {
        if (!one) continue;
        if (isTooLate(one)) await expire(one, lane);
        else inTime.push(one);
      }
      return oneTurnOf(inTime);
    }

    /** A synchronous message whose caller has gone and that has not begun never runs. */
    function isTooLate({ input, resume, arrivedAt }: TurnJob): boolean {
      if (input.mode !== 'SYNC' || input.detached || resume) return false;
      return deps.clock.monotonicNow() - arrivedAt >= deps.syncLimitMs;
    }

    async function expire(one: TurnJob, lane: HeldLane<Item>): Promise<void> {
      const { turnId, traceId } = one;
      deps.events.turnExpired({ turnId, traceId });
      tell(one, { status: 'failed', error: timedOut() });
      if (await one.acceptance.refuse(timedOut())) return;
      await settle(one.turnId, { status: 'EXPIRED', replies: null, error: null }, lane);
    }

    async function fail(one: TurnJob, reason: Error, lane: HeldLane<Item>): Promise<void> {
      const { turnId, traceId } = one;
      const refused = await one.acceptance.refuse(reason);
      if (reason instanceof LeaseLost) {
        if (refused) tell(one, { status: 'failed', error: moved() });
        return; // whoever has the lane now runs what is stored, and updates tell
      }
      deps.events.turnNotStored({ turnId, traceId }, reason);
      tell(one, { status: 'failed', error: reason });
      if (refused || givesUpLane(reason)) return;
      // What the turn came to cannot be stored, and would not be the next time: it must not block its lane for ever.
      const why = `The outcome could not be stored: ${reason.message}`.slice(0, 2000);
      await settle(one.turnId, { status: 'DONE', replies: '[]', error: why }, lane);
    }

    return {
      job,
      run,
      drop(reason) {
        const why = reasonOf(reason);
        void job.acceptance.refuse(why).then((refused) => refused && tell(job, { status: 'failed', error: why }));
      },
    };
  }

  /** A message that no try will ever read ends as failed when it is its turn, so that those behind it go on. */
  function unreadableItem({ id: turnId, traceId, conversationId }: StoredMessage['row'], reason: Error): Item {
    return {
      job: null,
      async run(lane) {
        deps.events.unexpected('stored message', reason, { turnId, traceId, conversationId });
        deps.updates.publish(turnId, { status: 'failed', error: reason });
        await settle(turnId, { status: 'DONE', replies: '[]', error: reason.message }, lane);
      },
      drop() {},
    };
  }

  /** Ends a stored turn without an answer; its key is free again. */
  async function settle(
    turnId: string,
    end: Pick<TurnProgress, 'status' | 'replies' | 'error'>,
    lane: HeldLane<Item>,
  ): Promise<void> {
    const progress = { id: turnId, ...end, outcome: null, resume: null, trace: null, finishedAt: deps.clock.now() };
    await lane.commit({ progress, releaseKeyOf: turnId }, { done: 1 });
  }

  return {
    itemOf,
    storedItemOf: (message: StoredMessage): Item =>
      'job' in message ? itemOf(message.job) : unreadableItem(message.row, message.unreadable),
  };
}

const isStored = ({ acceptance }: TurnJob): boolean => acceptance.state === 'STORED';

const moved = (): Error =>
  unavailable('CONVERSATION_MOVED', 'The conversation is being moved; send the message again.');

/** Trouble of this server is told as such, and not in the words of a driver. */
function reasonOf(error: unknown): Error {
  const reason = error instanceof Error ? error : new Error(String(error));
  return isInfrastructure(reason) ? away(reason) : reason;
}

/** Whether the lane must not go on without this turn: another process has it now, or it is tried again here. */
const givesUpLane = (reason: Error): boolean => reason instanceof LeaseLost || isUnavailable(reason);
