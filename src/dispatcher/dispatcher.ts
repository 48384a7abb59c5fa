import type { Events } from '../events.js';
import type { HeldLane } from '../lanes/held-lane.js';
import { type Became, createLaneRunner } from '../lanes/lane-runner.js';
import type { Mailer } from '../outbound/mail.js';
import type { Outbound } from '../outbound/request.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import { isAlert } from '../store/tables/alert-subscriptions.js';
import type { DeliveryRow, NewDelivery } from '../store/tables/deliveries.js';
import { withFirstAttempt } from '../store/tables/delivery-attempts.js';
import type { deliveryStore } from '../store/tables/delivery-store.js';
import type { Appended, LaneStore } from '../store/tables/lanes.js';
import { type Clock, MINUTE, SECOND } from '../time.js';
import { asksToWait } from './attempt.js';
import { createChannelPace } from './channel-pace.js';
import { deliver } from './deliver.js';
import { createEndpointHealth, type EndpointLoad } from './endpoint-health.js';
import type { EndpointReport } from './endpoint-report.js';
import { createOAuthTokens } from './oauth-tokens.js';
import { consequencesOf, type OutcomeDeps, tellEnd } from './outcome.js';
import { freshDelivery, isExpired, progressAfter } from './progress.js';
import { LONGEST_REST_MS, QUICK_WAITS_MS } from './schedule.js';
import { createSetAside } from './set-aside.js';
import { createSlots } from './slots.js';
import { DEFAULT_DELIVERY_POLICY, endpointNamed, endpointOf, type FindTarget, isOfAlerts } from './target.js';
import { type TestedCallback, type TestMessage, testCallback } from './test-callback.js';
import { watchTimeOfDay } from './time-of-day.js';
import { type Tried, untried } from './tried.js';

export interface DispatcherDeps extends Pick<OutcomeDeps, 'deadLetter'> {
  database: Pick<Database, 'read' | 'write'>;
  queue: CommitQueue;
  lanes: LaneStore;
  deliveries: ReturnType<typeof deliveryStore>;
  outbound: Outbound;
  /** None: this server sends no e-mail. */
  mailer?: Mailer | null;
  target: FindTarget;
  /** The channels whose callbacks go to an endpoint. */
  channelsAt(accountId: string, origin: string): string[];
  /** What has become of an endpoint, for other processes, for the next start, and for people. */
  endpointChanged(report: EndpointReport): void;
  clock: Clock;
  random(): number;
  events: Events;
  slots: number;
  leaseMs: number;
  /** Waits of the quick tries; shorter in tests. */
  quickWaitsMs?: readonly number[];
}

/** An endpoint as it is stored. */
export type EndpointName = Pick<EndpointReport, 'accountId' | 'origin'>;

export interface Dispatcher {
  /** Deliveries that have just become durable: the usual way, without a look at the database. */
  offer(outbound: Appended, deliveries: NewDelivery[]): void;
  /** Tries the endpoints of these channels at once, whatever they asked for, and wakes the lanes that rest. */
  tryNow(channelIds: readonly string[]): Promise<void>;
  /** What another process, or the one before this, found out about an endpoint. */
  learn(report: EndpointReport): void;
  /** Whether somebody wants nothing to be sent to an endpoint; resumed, its lanes go on where they were. */
  setPaused(endpoint: EndpointName, isPaused: boolean): Promise<void>;
  /** What this process calls an endpoint with; null: it has not. */
  load(endpoint: EndpointName): EndpointLoad | null;
  /** A test of the callbacks of a channel, which belongs to no lane. Null: nothing may be sent for the channel now. */
  test(channelId: string, message: TestMessage): Promise<TestedCallback | null>;
  /** Takes up outbound lanes whose time has come. Gives how many. */
  claim(limit: number): Promise<number>;
  /** Lanes being worked on here, without those that wait for an endpoint in trouble. */
  depth(): number;
  /** Takes nothing new and resolves when the POSTs under way have been recorded. */
  stop(): Promise<void>;
}

/** See `marginMs` of DeliverDeps. Of a short lease it is a third. */
const LEASE_MARGIN_MS = 20 * SECOND;
/** How long the lanes of a channel rest that may not be called now. Working again wakes them. */
const PARK_MS = 5 * MINUTE;
/** How long a lane rests whose channel nobody here knows: the news of a new channel is on its way. */
const UNKNOWN_MS = 5 * SECOND;
/** Age of a message from which on an unknown channel is a deleted one, and the message a dead letter. */
const UNKNOWN_FOR_GOOD_MS = 1 * MINUTE;
/** Deliveries in memory, of all lanes. Beyond it they are read when it is their turn. */
const MAX_IN_MEMORY = 10_000;
const READ_AT_ONCE = 20;
/** Alerts under way at once, besides callbacks; further ones wait. Of one account half of them at most, of one host one. */
const ALERT_SLOTS = 6;
/** Channels whose resting lanes are woken in one statement. */
const WOKEN_AT_ONCE = 500;

const EXPIRED = untried({ kind: 'dead', reason: 'EXPIRED' });

function partsOf(endpoint: string): [accountId: string, origin: string] {
  const blank = endpoint.indexOf(' ');
  return [endpoint.slice(0, blank), endpoint.slice(blank + 1)];
}

/** POSTs deliveries, those of one conversation one after the other, and records what came of each. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { clock, events, database, quickWaitsMs = QUICK_WAITS_MS } = deps;
  const slots = createSlots(deps.slots, clock);
  const alertSlots = createSlots(ALERT_SLOTS, clock);
  const stop = new AbortController();
  const unexpected = (where: string) => (error: unknown) => events.unexpected(where, error);
  const health = createEndpointHealth(clock, {
    limited: true,
    recovered: (endpoint) => void wake(deps.channelsAt(...partsOf(endpoint))).catch(unexpected('wake lanes')),
    refusesAll: (endpoint) => void setAside.revive(endpoint).catch(unexpected('put back refused messages')),
    changed(endpoint, status) {
      const [accountId, origin] = partsOf(endpoint);
      if (!isOfAlerts(origin)) deps.endpointChanged({ accountId, origin, ...status });
    },
  });
  const delivering = {
    ...deps,
    mailer: deps.mailer ?? null,
    tokens: createOAuthTokens(deps),
    slots,
    alertSlots,
    health,
    pace: createChannelPace(clock),
    taken: (endpoint: string) => setAside.clear(endpoint),
    quickWaitsMs,
    stopping: stop.signal,
    marginMs: Math.min(LEASE_MARGIN_MS, deps.leaseMs / 3),
  };
  const runner = createLaneRunner<DeliveryRow>({
    ...deps,
    direction: 'OUT',
    shared: false, // a delivery is never answered along with another
    readAtOnce: READ_AT_ONCE,
    maxItems: MAX_IN_MEMORY,
    stopping: stop.signal,
    async read(conversationId, limit) {
      const rows = await deps.deliveries.heads(database.read, conversationId, limit);
      return rows.map((item) => ({ item, seq: item.seq }));
    },
    run,
    drop() {}, // it is stored
  });
  const setAside = createSetAside({ ...deps, runner });
  const setBackBy = watchTimeOfDay(clock);
  let claimedBefore = false;

  async function wake(channelIds: readonly string[]): Promise<void> {
    for (let at = 0; at < channelIds.length; at += WOKEN_AT_ONCE) {
      await deps.lanes.wake(database.write, channelIds.slice(at, at + WOKEN_AT_ONCE), clock.now());
    }
  }

  async function run(head: DeliveryRow, lane: HeldLane<DeliveryRow>): Promise<Became<DeliveryRow>> {
    const now = clock.now();
    const target = deps.target(head.channelId);
    if (target === null) return { restUntil: now + PARK_MS };
    if (target) {
      const isLate = isExpired(head, target.policy.windowMs, now);
      return record(head, isLate ? EXPIRED : await deliver(delivering, head, lane), lane);
    }
    if (now - head.createdAt < UNKNOWN_FOR_GOOD_MS) return { restUntil: now + UNKNOWN_MS };
    return record(head, untried({ kind: 'dead', reason: 'CHANNEL_DELETED' }), lane);
  }

  async function record(
    delivery: DeliveryRow,
    tried: Tried,
    lane: HeldLane<DeliveryRow>,
  ): Promise<Became<DeliveryRow>> {
    const { verdict, attempts } = tried;
    const { channelId } = delivery;
    const isClosed = health.restMs(tried.endpoint) > 0;
    // A lane that waits for a closed endpoint, or for nothing but the channel, keeps its lease meanwhile.
    const keepsLease =
      asksToWait(verdict) === null && (verdict.kind === 'untried' || (verdict.kind === 'busy' && isClosed));
    if (verdict.kind === 'untried' && keepsLease && attempts.length === 0) return { again: delivery };
    const { windowMs } = deps.target(channelId)?.policy ?? DEFAULT_DELIVERY_POLICY;
    const now = clock.now();
    const progress = progressAfter(delivery, tried, { windowMs, now, random: deps.random() });
    const { status } = progress;
    const isOver = status !== 'PENDING';
    const written = withFirstAttempt(progress, attempts);
    await lane.commit(
      {
        delivered: written.delivered,
        ...(written.attempts && { attempts: written.attempts }),
        ...consequencesOf(deps, delivery, progress, attempts, now),
      },
      { done: isOver ? 1 : 0, dueAt: isOver || keepsLease ? null : progress.nextAttemptAt },
      'SOON',
    );
    if (tried.isRefused && !isAlert(delivery)) setAside.add(tried.endpoint, delivery);
    if (tried.isRefused && health.restMs(tried.endpoint) > 0) await setAside.revive(tried.endpoint);
    // It came back before the lane had gone to rest, and nobody else wakes it.
    if (!isOver && !keepsLease && health.recoveries(tried.endpoint) !== tried.recoveries) await wake([channelId]);
    if (status === 'PENDING') return keepsLease ? { again: { ...delivery, ...progress } } : 'DONE';
    if (status !== 'DISCARDED') tellEnd(deps, delivery, status, attempts);
    return 'DONE';
  }

  return {
    offer(outbound, deliveries) {
      const [first] = deliveries;
      if (!first) return;
      const rows = deliveries.map((delivery, index) => freshDelivery(delivery, outbound.firstSeq + index));
      runner.offer(first.conversationId, outbound, rows);
    },

    async tryNow(channelIds) {
      const targets = channelIds.map(deps.target).filter((target) => target !== null && target !== undefined);
      health.tryNow(targets.map(endpointOf), channelIds);
      await wake(channelIds);
    },

    learn: ({ accountId, origin, ...status }) => health.learn(endpointNamed(accountId, origin), status),

    async setPaused({ accountId, origin }, isPaused) {
      const isNew = health.setPaused(endpointNamed(accountId, origin), isPaused);
      if (isNew && !isPaused) await wake(deps.channelsAt(accountId, origin));
    },

    load: ({ accountId, origin }) => health.load(endpointNamed(accountId, origin)),

    test: (channelId, message) => testCallback(delivering, channelId, message),

    async claim(limit) {
      const byMs = setBackBy();
      if (byMs > 0 || !claimedBefore) await deps.lanes.setBack(database.write, byMs, LONGEST_REST_MS, clock.now());
      claimedBefore = true;
      return runner.claim(limit);
    },

    depth: () => runner.size() - health.waiting() - alertSlots.waiting(),

    async stop() {
      stop.abort();
      slots.close();
      alertSlots.close();
      await runner.drained();
    },
  };
}
