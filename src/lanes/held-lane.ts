import type { CommitQueue, Urgency } from '../store/commit/commit-queue.js';
import type { Unit, UnitOutcome } from '../store/commit/unit.js';
import type { Lease } from '../store/tables/lanes.js';
import { type Clock, delay } from '../time.js';
import type { Lane } from './lane.js';

/** Another process has the lane now, or what this one had of it in memory is void. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(conversationId: string) {
    super(`the lane of ${conversationId} is not held any more`);
  }
}

/** A turn that ran without its lane's lease: somebody has had the lane meanwhile. Nothing of it is stored. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';

  constructor(conversationId: string) {
    super(`the lane of ${conversationId} was taken while a turn ran without it`);
  }
}

export type Committed = Extract<UnitOutcome, { status: 'committed' }>;

/** What becomes of a lane with a commit. */
export interface LaneProgress {
  /** Open messages that are done with. */
  done: number;
  /** Null: the lease is kept while messages are left. Else the lane rests in the database until that time of day. */
  dueAt?: number | null;
}

/** What is written for the head of a lane; that it is done with is for the lane to say. */
type LaneWrites = Omit<Unit, 'settle'>;

/** Writes for the head of a lane. The lease may be renewed meanwhile; each commit is fenced by the one of that moment. */
export interface LaneWriter {
  /** Epoch of the lease; null while nothing of the lane is stored. */
  epoch(): number | null;
  /** Writes under the lease. Rejects with LeaseLost when it is not held any more: then nothing is written. */
  commit(unit: LaneWrites, progress: LaneProgress, urgency?: Urgency): Promise<Committed>;
  /** Takes note of a lease that came with storing a message of the lane. */
  adopt(lease: Lease): void;
}

/** A lane, for the work on its head. */
export interface HeldLane<Item> extends LaneWriter {
  /** Hands over the messages that wait right behind the head, as long as they are wanted. */
  take(wanted: (next: Item) => boolean): Promise<Item[]>;
  /** Milliseconds until the lease ends. */
  leftMs(): number;
  /** Whether what was handed over is still the head of a lane this process holds. */
  isCurrent(): boolean;
  /** Rejects with LeaseLost. */
  renew(): Promise<void>;
  /** Waits under the lease, which is renewed when `marginMs` are left of it. Null: the server stops first. */
  during<T>(work: Promise<T>, marginMs: number): Promise<T | null>;
}

interface HeldLaneDeps {
  queue: CommitQueue;
  clock: Clock;
  leaseMs: number;
  stopping: AbortSignal;
}

export function createHeldLane<Item>(
  { queue, clock, leaseMs, stopping }: HeldLaneDeps,
  lane: Lane<Item>,
  runner: Pick<HeldLane<Item>, 'adopt' | 'take'> & { forget(reason: Error): void },
): HeldLane<Item> {
  const { queue: begunWith } = lane;

  function lost(): LeaseLost {
    return new LeaseLost(lane.conversationId);
  }

  async function commit(unit: LaneWrites, { done, dueAt = null }: LaneProgress, urgency?: Urgency): Promise<Committed> {
    const { lease } = lane;
    if (!lease || lane.queue !== begunWith) throw lost();
    const written = await queue.commit({ settle: { done, dueAt, ...lease }, ...unit }, urgency);
    if (written.status !== 'committed') {
      lane.letGo(lease);
      throw lost();
    }
    if (dueAt !== null) runner.forget(lost()); // the head is still open, as it was stored
    if (dueAt !== null || (written.pending ?? 0) === 0) lane.letGo(lease);
    else if (lane.lease?.epoch === lease.epoch) lane.leaseEnd = clock.monotonicNow() + leaseMs;
    return written;
  }

  async function renew(): Promise<void> {
    await commit({}, { done: 0 });
  }

  const leftMs = () => lane.leaseEnd - clock.monotonicNow();

  return {
    epoch: () => lane.lease?.epoch ?? null,
    commit,
    adopt: runner.adopt,
    take: runner.take,
    leftMs,
    isCurrent: () => lane.lease !== null && lane.queue === begunWith,
    renew,
    async during(work, marginMs) {
      while (!stopping.aborted) {
        // Not AbortSignal.any: on Node 20 a signal that lives long keeps all that were made of it.
        const over = new AbortController();
        const end = () => over.abort();
        stopping.addEventListener('abort', end);
        try {
          const wait = delay(clock, Math.max(0, leftMs() - marginMs), over.signal);
          const done = await Promise.race([work, wait.then(() => null)]);
          if (done !== null) return done;
        } finally {
          stopping.removeEventListener('abort', end);
          end();
        }
        if (!stopping.aborted) await renew();
      }
      return null;
    },
  };
}
