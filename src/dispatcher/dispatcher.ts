import { setMaxListeners } from 'node:events';
import pRetry from 'p-retry';
import type { Events } from '../events.js';
import type { Outbound } from '../outbound/request.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import { isUnavailable } from '../store/database/failures.js';
import type { AttemptRow, DeliveryRow, deliveryStore, NewDelivery } from '../store/tables/deliveries.js';
import type { Appended, LaneStore, Lease } from '../store/tables/lanes.js';
import { type Clock, delay, MINUTE, SECOND } from '../time.js';
import { admit } from './admission.js';
import { asksToWait, attempt, type Verdict } from './attempt.js';
import { createEndpointHealth } from './endpoint-health.js';
import { freshDelivery, isExpired, progressAfter } from './progress.js';
import { LONGEST_REST_MS, QUICK_WAITS_MS } from './schedule.js';
import { createSlots } from './slots.js';
import type { FindTarget } from './target.js';
import { watchTimeOfDay } from './time-of-day.js';

export interface DispatcherDeps {
  database: Pick<Database, 'read' | 'write'>;
  queue: CommitQueue;
  lanes: LaneStore;
  deliveries: ReturnType<typeof deliveryStore>;
  outbound: Outbound;
  target: FindTarget;
  clock: Clock;
  random(): number;
  events: Events;
  slots: number;
  leaseMs: number;
  /** Waits of the quick tries; shorter in tests. */
  quickWaitsMs?: readonly number[];
}

export interface Dispatcher {
  /** Deliveries that have just become durable: the usual way, without a look at the database. */
  offer(outbound: Appended, deliveries: NewDelivery[]): void;
  /** Takes up outbound lanes whose time has come. Gives how many. */
  claim(limit: number): Promise<number>;
  /** Lanes being worked on here, without those that wait for an endpoint in trouble. */
  depth(): number;
  /** Takes nothing new and resolves when the POSTs under way have been recorded. */
  stop(): Promise<void>;
}

/** An outbound lane this process holds. Its next messages are in memory, unless there are too many of all lanes. */
interface Lane {
  conversationId: string;
  channelId: string;
  lease: Lease;
  leaseEnd: number;
  queue: DeliveryRow[];
  /** The number of the last message that is or was in memory; only the one after it may follow there. */
  lastSeq: number | null;
  reading: boolean;
  /** Something is stored that memory does not have; it is read once the queue is empty. */
  behind: boolean;
}

/** A try starts only with this much of the lease left, so that its outcome is always recorded under the same lease. */
const LEASE_MARGIN_MS = 20 * SECOND;
/** How long the lanes of a channel rest that may not be called now. Working again wakes them. */
const PARK_MS = 5 * MINUTE;
/** A message to a channel nobody here knows: so new that the news is on its way, or left over from a deleted one. */
const UNKNOWN_MS = 5 * SECOND;
const UNKNOWN_FOR_GOOD_MS = 1 * MINUTE;
const DATABASE_RETRY_MS = 500;
const MAX_IN_MEMORY = 10_000;
const LOAD_AT_ONCE = 20;

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { clock, queue, quickWaitsMs = QUICK_WAITS_MS } = deps;
  const marginMs = Math.min(LEASE_MARGIN_MS, deps.leaseMs / 3);
  const lanes = new Map<string, Lane>();
  const slots = createSlots(deps.slots);
  const stopping = new AbortController();
  const health = createEndpointHealth(clock, (channelIds) => {
    deps.lanes
      .wake(deps.database.write, channelIds, clock.now())
      .catch((error: unknown) => deps.events.unexpected('wake lanes', error));
  });
  const admissionDeps = { target: deps.target, slots, health, stopping: stopping.signal };
  setMaxListeners(0, stopping.signal); // each lane that waits is one
  const setBackBy = watchTimeOfDay(clock);
  let claimedBefore = false;
  let inMemory = 0;
  const idle: (() => void)[] = [];

  function open(claimed: Omit<Lane, 'lastSeq' | 'queue' | 'reading'>): Lane {
    const lane: Lane = { ...claimed, queue: [], lastSeq: null, reading: false };
    lanes.set(lane.conversationId, lane);
    queueMicrotask(() => void work(lane)); // never rejects
    return lane;
  }

  /** A lease newer than the one known: what memory held under the old one is void. */
  function renewed(lane: Lane, lease: Lease, behind: boolean): void {
    forget(lane);
    lane.lease = lease;
    lane.leaseEnd = clock.now() + deps.leaseMs;
    lane.behind = behind;
  }

  function forget(lane: Lane): void {
    inMemory -= lane.queue.length;
    lane.queue = [];
    lane.lastSeq = null;
  }

  /** Visits the lane until it has come to rest. Nothing may be awaited between the last look at it and its removal. */
  async function work(lane: Lane): Promise<void> {
    for (let lease: Lease | null = null; lease !== lane.lease; ) {
      lease = lane.lease;
      try {
        await visit(lane, lease);
      } catch (error) {
        deps.events.unexpected('dispatcher', error, { conversationId: lane.conversationId });
        if (!isUnavailable(error) || lane.lease !== lease || clock.now() >= lane.leaseEnd) continue;
        await delay(clock, DATABASE_RETRY_MS, stopping.signal);
        if (stopping.signal.aborted) continue;
        forget(lane);
        lane.behind = true;
        lease = null; // once more
      }
    }
    forget(lane);
    lanes.delete(lane.conversationId);
    if (lanes.size === 0) for (const done of idle.splice(0)) done();
  }

  /** Sends what the lane holds, head first, until it is empty, has to rest, or is lost. */
  async function visit(lane: Lane, lease: Lease): Promise<void> {
    while (!stopping.signal.aborted && lane.lease === lease) {
      if (lane.queue.length === 0) await read(lane);
      const [head] = lane.queue;
      const now = clock.now();
      if (!head) {
        if ((await deps.lanes.rest(deps.database.write, lease)) === 0) return;
      } else if (isExpired(head, now)) {
        if (!(await record(lane, lease, head, { kind: 'gone' }, []))) return;
      } else {
        const target = deps.target(lane.channelId);
        if (target === null) return rest(lease, now + PARK_MS);
        if (target === undefined && now - head.createdAt < UNKNOWN_FOR_GOOD_MS) return rest(lease, now + UNKNOWN_MS);
        const holdsOn = target
          ? await deliver(lane, lease, head)
          : await record(lane, lease, head, { kind: 'gone' }, []);
        if (!holdsOn) return;
      }
    }
    if (lane.lease === lease) await rest(lease, clock.now());
  }

  async function read(lane: Lane): Promise<void> {
    const { lease } = lane;
    lane.reading = true;
    lane.behind = false; // whatever is stored from here on says so again
    try {
      const rows = await deps.deliveries.heads(deps.database.read, lane.conversationId, LOAD_AT_ONCE);
      if (lane.lease !== lease) return; // read for a lease that is gone
      lane.queue = rows;
      inMemory += rows.length;
      lane.lastSeq = rows.at(-1)?.seq ?? lane.lastSeq;
      if (rows.length === LOAD_AT_ONCE) lane.behind = true;
    } finally {
      lane.reading = false;
    }
  }

  /** Tries a delivery until it is settled or has to wait. False: the lane is not held any more. */
  async function deliver(lane: Lane, lease: Lease, delivery: DeliveryRow): Promise<boolean> {
    const attempts: AttemptRow[] = [];
    const last: { verdict: Verdict; endpoint: string } = { verdict: { kind: 'untried', waitMs: null }, endpoint: '' };
    const tryOnce = async (): Promise<void> => {
      const admission = await admit(admissionDeps, lane.channelId, (work) => holding(lane, lease, work));
      if (admission.status !== 'admitted') {
        last.verdict = { kind: 'untried', waitMs: admission.status === 'resting' ? admission.restMs : null };
        return;
      }
      const { target, permit, release } = admission;
      try {
        if (lane.leaseEnd - clock.now() < marginMs) await renew(lane, lease);
        if (isExpired(delivery, clock.now())) {
          last.verdict = { kind: 'gone' };
          return;
        }
        const number = delivery.attempts + attempts.length + 1;
        const made = await attempt(deps.outbound, clock, delivery, target, number);
        const { verdict } = made;
        Object.assign(last, { verdict, endpoint: admission.endpoint });
        if (verdict.kind === 'untried') return;
        attempts.push(made.row);
        if (made.row.statusCode === null) permit.failed();
        else permit.answered(made.row.statusCode, asksToWait(verdict));
        const outcome = verdict.kind === 'delivered' ? 'ok' : verdict.kind === 'gone' ? 'gone' : 'retry';
        deps.events.attemptMade({ outcome, durationMs: made.row.durationMs });
      } finally {
        permit.cancelled(); // unless it has been settled
        release();
      }
      if (last.verdict.kind === 'failed') throw new TryFailed();
    };
    const waitsMs = quickWaitsMs.slice(delivery.spent);
    await pRetry(tryOnce, {
      retries: waitsMs.length,
      minTimeout: 0,
      signal: stopping.signal,
      // A quick try must still fit into the lease, and is pointless once the endpoint as a whole is in trouble.
      async shouldRetry({ error, retriesConsumed }) {
        const waitMs = waitsMs[retriesConsumed] ?? 0;
        const fits = lane.leaseEnd - clock.now() - waitMs >= marginMs;
        if (!(error instanceof TryFailed) || !fits || asksToWait(last.verdict) !== null) return false;
        if (health.restMs(last.endpoint) > 0) return false;
        if (waitMs > 0) await delay(clock, waitMs, stopping.signal);
        return true;
      },
    }).catch((error: unknown) => {
      if (!(error instanceof TryFailed) && !stopping.signal.aborted) throw error;
    });
    const { verdict, endpoint } = last;
    if (verdict.kind === 'failed') health.rests(endpoint, lane.channelId);
    return attempts.length > 0 || asksToWait(verdict) !== null
      ? record(lane, lease, delivery, verdict, attempts)
      : true;
  }

  /** Stores what became of a delivery. False: the lane is not held any more. */
  async function record(
    lane: Lane,
    lease: Lease,
    delivery: DeliveryRow,
    verdict: Verdict,
    attempts: AttemptRow[],
  ): Promise<boolean> {
    const now = clock.now();
    const progress = progressAfter(delivery, verdict, attempts, { now, random: deps.random() });
    const { status } = progress;
    const over = status !== 'PENDING';
    // Whoever waits for the endpoint, or for nothing but the channel, keeps the lease meanwhile.
    const holdsOn = over || (verdict.kind !== 'failed' && asksToWait(verdict) === null);
    const outcome = await queue.commit(
      {
        settle: { ...lease, done: over ? 1 : 0, dueAt: holdsOn ? null : progress.nextAttemptAt },
        delivered: [progress],
        attempts,
        ...(status === 'DELIVERED' && { counts: { channelId: delivery.channelId, deliveriesSucceeded: 1 } }),
        ...(status === 'DEAD' && { counts: { channelId: delivery.channelId, deliveriesDead: 1 } }),
      },
      'SOON',
    );
    if (outcome.status !== 'committed') return false; // another process has the lane, or the channel is gone
    if (lane.lease === lease) {
      lane.leaseEnd = now + deps.leaseMs;
      if (!over) lane.queue[0] = { ...delivery, ...progress };
      else if (lane.queue.shift()) inMemory -= 1;
    }
    if (status !== 'PENDING') {
      const { id: deliveryId, channelId } = delivery;
      deps.events.deliveryEnded({ deliveryId, channelId, outcome: status, error: attempts.at(-1)?.error ?? null });
    }
    return holdsOn && (outcome.pending ?? 0) > 0;
  }

  /** Waits under the lease, which is renewed for as long as it takes; null when the server stops first. */
  async function holding<T>(lane: Lane, lease: Lease, work: Promise<T>): Promise<T | null> {
    while (!stopping.signal.aborted) {
      const over = new AbortController();
      const stopped = AbortSignal.any([stopping.signal, over.signal]);
      const shortly = delay(clock, Math.max(0, lane.leaseEnd - clock.now() - marginMs), stopped).then(() => null);
      const done = await Promise.race([work, shortly]);
      over.abort();
      if (done !== null) return done;
      if (!stopping.signal.aborted) await renew(lane, lease);
    }
    return null;
  }

  async function renew(lane: Lane, lease: Lease): Promise<void> {
    const now = clock.now();
    const outcome = await queue.commit({ settle: { ...lease, done: 0, dueAt: null } });
    if (outcome.status !== 'committed') throw new Error('the lane was lost while it waited to be sent');
    lane.leaseEnd = now + deps.leaseMs;
  }

  /** Gives the lane up until `dueAt`; whatever is in memory of it is in the database as well. */
  async function rest(lease: Lease, dueAt: number): Promise<void> {
    await queue.commit({ settle: { ...lease, done: 0, dueAt } });
  }

  return {
    offer({ lease, backlog, firstSeq }, deliveries) {
      const [first] = deliveries;
      if (!lease || !first || stopping.signal.aborted) return; // another process, or the next start, finds them
      const { conversationId, channelId } = first;
      const known = lanes.get(conversationId);
      const behind = backlog > 0;
      const lane = known ?? open({ conversationId, channelId, lease, leaseEnd: clock.now() + deps.leaseMs, behind });
      if (lane.lease.epoch !== lease.epoch) renewed(lane, lease, behind);
      const follows = backlog === 0 || firstSeq - 1 === lane.lastSeq;
      if (lane.reading || lane.behind || !follows || inMemory + deliveries.length > MAX_IN_MEMORY) {
        lane.behind = true;
        return;
      }
      lane.queue.push(...deliveries.map((delivery, index) => freshDelivery(delivery, firstSeq + index)));
      lane.lastSeq = firstSeq + deliveries.length - 1;
      inMemory += deliveries.length;
    },

    async claim(limit) {
      const byMs = setBackBy();
      if (byMs > 0 || !claimedBefore) await deps.lanes.setBack(deps.database.write, byMs, LONGEST_REST_MS, clock.now());
      claimedBefore = true;
      const due = await deps.lanes.nextDue(deps.database.read, 'OUT');
      const now = clock.now();
      if (limit <= 0 || due === null || due > now) return 0;
      const claimed = await deps.lanes.claim(deps.database.write, 'OUT', limit, now, now + deps.leaseMs);
      for (const { conversationId, channelId, laneId, epoch } of claimed) {
        const lease = { laneId, epoch };
        const known = lanes.get(conversationId);
        if (known)
          renewed(known, lease, true); // the lease before it had run out
        else open({ conversationId, channelId, lease, leaseEnd: now + deps.leaseMs, behind: true });
      }
      return claimed.length;
    },

    depth: () => lanes.size - health.waiting(),

    async stop() {
      stopping.abort();
      slots.close();
      if (lanes.size > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
  };
}

class TryFailed extends Error {}
