import { setMaxListeners } from 'node:events';
import type { Events } from '../events.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import { isInfrastructure } from '../store/database/failures.js';
import type { Appended, Direction, LaneStore, Lease } from '../store/tables/lanes.js';
import { type Clock, delay, SECOND } from '../time.js';
import { createHeldLane, type HeldLane, LeaseLost } from './held-lane.js';
import { Lane } from './lane.js';

/** What has become of the head of a lane. */
export type Became<Item> =
  /** It is done with, or its lane rests by what was committed for it; what comes next is worked on. */
  | 'DONE'
  /** It stays the head, in this form. */
  | { again: Item }
  /** Its lane rests in the database until that time of day. */
  | { restUntil: number };

export interface LaneRunnerDeps<Item> {
  direction: Direction;
  database: Pick<Database, 'read' | 'write'>;
  queue: CommitQueue;
  lanes: Pick<LaneStore, 'nextDue' | 'claim' | 'rest'>;
  clock: Clock;
  events: Pick<Events, 'unexpected'>;
  leaseMs: number;
  /** Whether other processes put messages into the lanes of this one. */
  shared: boolean;
  /** Messages read of a lane at a time; more follow when those are done. */
  readAtOnce: number;
  /** Messages in memory, of all lanes. Beyond it they are read when it is their turn. */
  maxItems: number;
  /** Aborted when the server stops: nothing new is begun, and leases are given back. */
  stopping: AbortSignal;
  /** The open messages at the head of a lane, in lane order. */
  read(conversationId: string, limit: number): Promise<{ item: Item; seq: number }[]>;
  /** Works on the head of a lane. When it rejects, memory forgets the lane, and it is tried again after a while. */
  run(head: Item, lane: HeldLane<Item>): Promise<Became<Item>>;
  /** Memory forgets a message that was not begun. */
  drop(item: Item, reason: Error): void;
}

/**
 * Works on the lanes this process holds: the messages of one conversation one after the other, in the order they were
 * stored, those of different conversations side by side.
 */
export interface LaneRunner<Item> {
  /** Puts a message that is not stored at the end of its lane. Only where memory knows all that is stored of it. */
  push(conversationId: string, item: Item): void;
  /** Takes messages of one lane that have just been stored: the usual way, without a look at the database. */
  offer(conversationId: string, appended: Appended, items: readonly Item[]): void;
  /** Takes note of the lease that came with storing a message, in case it is in memory already. */
  adopt(conversationId: string, lease: Lease): void;
  /** Reads a lane again: messages were put back into it that memory does not know. */
  reread(conversationId: string): void;
  /** Takes up lanes whose time has come. Gives how many. */
  claim(limit: number): Promise<number>;
  /** Whether all that is stored and open of a conversation is in memory, as far as this process holds it. */
  knowsAll(conversationId: string): boolean;
  /** Whether a conversation has a message in memory. */
  active(conversationId: string): boolean;
  /** Messages in memory. */
  depth(): number;
  /** Lanes in memory. */
  size(): number;
  /** Resolves when no message is left in memory; of a server that stops, when its leases have been given back. */
  drained(): Promise<void>;
}

/** Milliseconds until a lane is tried again that this server could not work on. */
const RETRY_MS = 500;
/** Likewise, after a failure that another try will hardly mend. */
const RETRY_BROKEN_MS = 30 * SECOND;

export function createLaneRunner<Item>(deps: LaneRunnerDeps<Item>): LaneRunner<Item> {
  const { clock, direction, stopping, database } = deps;
  const lanes = new Map<string, Lane<Item>>();
  let depth = 0;
  let resting = 0;
  const idle: (() => void)[] = [];
  setMaxListeners(0, stopping); // each lane that waits is one

  function laneOf(conversationId: string): Lane<Item> {
    const known = lanes.get(conversationId);
    if (known) return known;
    const lane = new Lane<Item>(conversationId);
    lanes.set(conversationId, lane);
    queueMicrotask(() => void work(lane)); // never rejects
    return lane;
  }

  function adopt(conversationId: string, lease: Lease): Lane<Item> {
    const lane = laneOf(conversationId);
    if (lane.lease && lease.epoch <= lane.lease.epoch) return lane;
    if (!lane.continues(lease)) forget(lane, new LeaseLost(lane.conversationId));
    lane.lease = lease;
    lane.leaseEnd = clock.monotonicNow() + deps.leaseMs;
    return lane;
  }

  function push(lane: Lane<Item>, items: readonly Item[]): void {
    lane.queue.push(...items);
    depth += items.length;
  }

  /** What memory has of the lane is void. What was begun finds out with its next commit. */
  function forget(lane: Lane<Item>, reason: Error): void {
    depth -= lane.queue.length;
    lane.fallBehind();
    for (const item of lane.clear()) deps.drop(item, reason);
  }

  /** Works on a lane until nothing is left. Nothing is awaited between the last look at it and its removal. */
  async function work(lane: Lane<Item>): Promise<void> {
    while (lane.lease || lane.queue.length > 0) {
      try {
        await step(lane);
      } catch (error) {
        await recover(lane, error instanceof Error ? error : new Error(String(error)));
      }
    }
    if (lane.mode === 'RESTING') resting -= 1;
    lanes.delete(lane.conversationId);
    tellIdle();
  }

  async function step(lane: Lane<Item>): Promise<void> {
    const { lease } = lane;
    const [head] = lane.queue;
    if (lease && stopping.aborted) await rest(lane, lease, clock.now());
    else if (head !== undefined) await runHead(lane, head);
    else await read(lane);
  }

  async function runHead(lane: Lane<Item>, head: Item): Promise<void> {
    const { queue } = lane;
    let taken = 0;
    const held = createHeldLane(deps, lane, {
      adopt: (lease) => void adopt(lane.conversationId, lease),
      forget: (reason) => forget(lane, reason),
      async take(wanted) {
        if (deps.shared && lane.lease) await read(lane);
        if (lane.queue !== queue) return []; // void meanwhile: what waited there has been dropped
        const end = queue.findIndex((next, index) => index > 0 && !wanted(next));
        const more = queue.splice(1, (end === -1 ? queue.length : end) - 1);
        taken += more.length;
        return more;
      },
    });
    try {
      const became = await deps.run(head, held);
      if (lane.queue !== queue) return; // void meanwhile
      if (became === 'DONE') {
        queue.shift();
        depth -= 1;
      } else if ('again' in became) queue[0] = became.again;
      else if (lane.lease) await rest(lane, lane.lease, became.restUntil);
    } finally {
      depth -= taken;
    }
  }

  async function read(lane: Lane<Item>): Promise<void> {
    const { queue, conversationId } = lane;
    if (queue.length === 0) lane.lastSeq = null; // whatever is open is to be done
    lane.become('READING');
    const rows = await deps.read(conversationId, deps.readAtOnce);
    if (lane.queue !== queue) return; // read for a lease that is gone
    for (const { item, seq } of rows) {
      if (lane.lastSeq !== null && seq <= lane.lastSeq) continue; // it is here already
      push(lane, [item]);
      lane.lastSeq = seq;
    }
    if (lane.mode === 'READING') lane.become(rows.length < deps.readAtOnce ? 'FOLLOWING' : 'BEHIND');
    const { lease } = lane;
    if (rows.length > 0 || !lease) return;
    if ((await deps.lanes.rest(database.write, lease)) === 0) lane.letGo(lease);
  }

  /** Gives the lease up until `dueAt`; whatever memory has of the lane is stored as well. */
  async function rest(lane: Lane<Item>, lease: Lease, dueAt: number): Promise<void> {
    await deps.queue.commit({ settle: { done: 0, dueAt, ...lease } });
    if (lane.lease?.epoch === lease.epoch) forget(lane, new LeaseLost(lane.conversationId));
    lane.letGo(lease);
  }

  /** After a failure: what is stored of the lane is still to be done, by this process while it has the lease. */
  async function recover(lane: Lane<Item>, reason: Error): Promise<void> {
    forget(lane, reason);
    const { lease, conversationId } = lane;
    if (reason instanceof LeaseLost || !lease) return;
    const passes = isInfrastructure(reason);
    if (!passes)
      deps.events.unexpected(direction === 'IN' ? 'inbound lane' : 'outbound lane', reason, { conversationId });
    if (stopping.aborted) return lane.letGo(lease); // it is claimed once the lease has ended
    if (lane.mode !== 'RESTING') {
      lane.become('RESTING');
      resting += 1;
      tellIdle();
    }
    await delay(clock, passes ? RETRY_MS : RETRY_BROKEN_MS, stopping);
    if (stopping.aborted || !lane.lease) return;
    try {
      await renew(lane, lane.lease);
    } catch (error) {
      return recover(lane, error instanceof Error ? error : new Error(String(error)));
    }
    lane.become('BEHIND');
    resting -= 1;
  }

  async function renew(lane: Lane<Item>, lease: Lease): Promise<void> {
    const renewed = await deps.queue.commit({ settle: { done: 0, dueAt: null, ...lease } });
    if (renewed.status !== 'committed') lane.letGo(lease);
    else lane.leaseEnd = clock.monotonicNow() + deps.leaseMs;
  }

  function isIdle(): boolean {
    return lanes.size === (stopping.aborted ? 0 : resting);
  }

  function tellIdle(): void {
    if (isIdle()) for (const done of idle.splice(0)) done();
  }

  return {
    push: (conversationId, item) => push(laneOf(conversationId), [item]),

    offer(conversationId, { lease, backlog, firstSeq }, items) {
      if (!lease || stopping.aborted) return; // another process, or the next start, finds them
      const lane = adopt(conversationId, lease);
      if (!lane.follows(firstSeq, backlog) || depth + items.length > deps.maxItems) return lane.fallBehind();
      push(lane, items);
      lane.lastSeq = firstSeq + items.length - 1;
    },

    adopt(conversationId, lease) {
      if (lanes.has(conversationId)) adopt(conversationId, lease);
    },

    reread(conversationId) {
      const lane = lanes.get(conversationId);
      if (lane?.lease) forget(lane, new LeaseLost(conversationId));
    },

    async claim(limit) {
      const due = limit > 0 ? await deps.lanes.nextDue(database.read, direction) : null;
      const now = clock.now();
      if (due === null || due > now) return 0;
      const claimed = await deps.lanes.claim(database.write, direction, limit, now, now + deps.leaseMs);
      for (const { conversationId, laneId, epoch } of claimed) adopt(conversationId, { laneId, epoch }).fallBehind();
      return claimed.length;
    },

    knowsAll: (conversationId) => (lanes.get(conversationId)?.mode ?? 'FOLLOWING') === 'FOLLOWING',
    active(conversationId) {
      const lane = lanes.get(conversationId);
      return lane !== undefined && lane.mode !== 'RESTING';
    },
    depth: () => depth,
    size: () => lanes.size,
    drained: () => (isIdle() ? Promise.resolve() : new Promise<void>((resolve) => idle.push(resolve))),
  };
}
