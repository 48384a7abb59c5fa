import { createInboundLanes, type Found } from '../lanes/lane.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import { isInfrastructure } from '../store/database/failures.js';
import type { Appended, LaneStore, Lease } from '../store/tables/lanes.js';
import { LeaseLost, type TurnJob } from '../turn/turn-job.js';
import type { TurnOutcome } from '../wire/outcome.js';
import { createItems, type Item, type RunDeps, type RunLane } from './run-message.js';
import { readOpenMessages, type StoredMessageDeps } from './stored-messages.js';

export interface TurnLanesDeps extends RunDeps, StoredMessageDeps {
  database: Pick<Database, 'read' | 'write'>;
  queue: CommitQueue;
  lanes: LaneStore;
  leaseMs: number;
  /** SQLite: nobody else can hold a lane. */
  singleProcess: boolean;
}

/** The turns this process runs, in their lanes: those of one conversation one after the other. */
export interface TurnLanes {
  /** Runs a message before it is stored. Only where this process knows all that is stored of the conversation. */
  run(job: TurnJob): Promise<TurnOutcome>;
  /** Runs a message that is stored. Another process may hold its lane, and will find it there; updates tell its caller. */
  runStored(job: TurnJob, inbound: Appended): void;
  /** Takes note of the lease that came with storing a message. */
  hold(job: TurnJob, inbound: Appended): void;
  /** Takes up lanes that nobody works on: after a crash, or left by another process. Gives how many. */
  claim(limit: number): Promise<number>;
  /** Nothing is left to claim of what was stored before this process began. */
  caughtUp(): void;
  /** Whether all that is stored of a conversation and not done is in memory: a new message may run before it is stored. */
  knowsAll(conversationId: string): boolean;
  /** True while the conversation has a message running or waiting here. */
  active(conversationId: string): boolean;
  /** Messages running or waiting here. */
  depth(): number;
  drained(): Promise<void>;
}

/** Stored messages read at a time; more follow when those are done. */
const READ_AT_ONCE = 50;
/** Milliseconds until a lane that this server could not work on is tried again. */
const RETRY_MS = 500;
/** Likewise, after a failure that another try will hardly mend. */
const RETRY_BROKEN_MS = 30_000;

export function createTurnLanes(deps: TurnLanesDeps): TurnLanes {
  /** The leases this process holds, and the open work the database counted when it last told. */
  const held = new Map<string, { lease: Lease; pending: number }>();
  let caughtUp = false;
  const lanes = createInboundLanes<Item>({ more: openItems, shared: !deps.singleProcess, onFailure: retryLater });
  const items = createItems(deps, laneOf);

  function laneOf(conversationId: string): RunLane {
    return {
      lease: () => held.get(conversationId)?.lease ?? null,
      taken: (lease) => void held.set(conversationId, { lease, pending: 1 }),
      settled(lease, pending) {
        const known = held.get(conversationId);
        if (known?.lease.epoch !== lease.epoch) return;
        if (pending === 0) held.delete(conversationId);
        else known.pending = pending;
      },
      lost: () => void held.delete(conversationId),
      paused: (outcome) => deps.updates.publish(outcome.turnId, { status: 'paused', outcome }),
      absorbed: (job, outcome) => deps.updates.publish(job.turnId, { status: 'ended', outcome }),
    };
  }

  /** Open turns of a lane we hold that only the database knows: left by a crash, or put there by another process. */
  function openItems(conversationId: string): Promise<Found<Item>> | null {
    const lane = held.get(conversationId);
    return lane && lane.pending > 0 ? readOpen(conversationId, lane.lease) : null;
  }

  async function readOpen(conversationId: string, lease: Lease): Promise<Found<Item>> {
    const messages = await readOpenMessages(deps, conversationId, READ_AT_ONCE);
    if (messages.length === 0 && (await deps.lanes.rest(deps.database.write, lease)) === 0) {
      if (held.get(conversationId)?.lease.epoch === lease.epoch) held.delete(conversationId);
    }
    return {
      items: messages.map((message) => ({ item: items.storedItemOf(message), seq: message.row.seq })),
      all: messages.length < READ_AT_ONCE,
    };
  }

  /** What a lane was given up with is stored: it goes on from there once the database answers again. */
  function retryLater(conversationId: string, reason: Error): void {
    if (reason instanceof LeaseLost) return;
    const passes = isInfrastructure(reason);
    if (!passes) deps.events.unexpected('inbound lane', reason, { conversationId });
    deps.clock.after(passes ? RETRY_MS : RETRY_BROKEN_MS, () => {
      const lane = held.get(conversationId);
      if (!lane || lanes.active(conversationId)) return;
      deps.queue.commit({ settle: { ...lane.lease, done: 0, dueAt: null } }).then(
        (outcome) => {
          if (outcome.status === 'committed') lanes.load(conversationId);
          else held.delete(conversationId);
        },
        (error) => retryLater(conversationId, error),
      );
    });
  }

  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        lanes.enqueue(job.conversationId, items.itemOf(job, { resolve, reject }));
      }),
    hold({ conversationId }, { lease, backlog }) {
      if (!lease) return;
      held.set(conversationId, { lease, pending: Math.max(held.get(conversationId)?.pending ?? 0, backlog + 1) });
    },
    runStored(job, { lease, firstSeq: seq, backlog }) {
      if (lease) lanes.enqueue(job.conversationId, items.itemOf(job), { seq, backlog });
    },
    async claim(limit) {
      const now = deps.clock.now();
      const claimed = await deps.lanes.claim(deps.database.write, 'IN', limit, now, now + deps.leaseMs);
      for (const lane of claimed) {
        held.set(lane.conversationId, { lease: { laneId: lane.laneId, epoch: lane.epoch }, pending: 1 });
        if (!lanes.active(lane.conversationId)) lanes.load(lane.conversationId); // else our lease ran out under a long turn
      }
      return claimed.length;
    },
    caughtUp() {
      caughtUp = true;
    },
    knowsAll: (conversationId) =>
      deps.singleProcess && caughtUp && (lanes.active(conversationId) || !held.has(conversationId)),
    active: lanes.active,
    depth: lanes.depth,
    drained: lanes.drained,
  };
}
