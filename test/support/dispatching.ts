import { createDispatcher, type DispatcherDeps } from '../../src/dispatcher/dispatcher.js';
import { type CallbackTarget, DEFAULT_DELIVERY_POLICY } from '../../src/dispatcher/target.js';
import { AppError } from '../../src/errors.js';
import { createEvents } from '../../src/events.js';
import { silentLog } from '../../src/log.js';
import { createMetrics } from '../../src/metrics.js';
import type { Outbound } from '../../src/outbound/request.js';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { type CommitQueue, createCommitQueue } from '../../src/store/commit/commit-queue.js';
import type { Database } from '../../src/store/database/database.js';
import type { NewDelivery } from '../../src/store/tables/deliveries.js';
import { deliveryStore } from '../../src/store/tables/delivery-store.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import type { TestClock } from './clock.js';
import { eventually } from './eventually.js';

export const LEASE_MS = 60_000;

/** One POST the endpoint has received. */
export interface Post {
  url: string;
  id: string;
  sequence: number;
  attempt: number;
}
export interface Response {
  status: number;
  headers?: Record<string, string>;
}

export const deliveryOf = (id: string, conversationId: string, createdAt: number): NewDelivery => ({
  id,
  accountId: 'ac',
  channelId: 'ch',
  conversationId,
  turnId: null,
  traceId: 'tr',
  payload: '{}',
  createdAt,
});

/** Lets everything that is ready go on. */
export const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Waits for something that comes about without the clock. */
export async function until(isSo: () => unknown): Promise<void> {
  await eventually(isSo);
}

/** The callback target of every channel, unless a test has another. */
export const SINK: CallbackTarget = {
  url: 'http://sink.test/',
  accountId: 'ac',
  policy: DEFAULT_DELIVERY_POLICY,
  signingKeys: () => [],
};

/** A process: its commit queue, and its dispatcher with an endpoint that `answer`s. */
export function startProcess(
  database: Database,
  name: string,
  clock: TestClock,
  answer: (post: Post) => Response | Promise<Response>,
  more: Partial<DispatcherDeps> = {},
) {
  const posts: Post[] = [];
  const lanes = laneStore(database.dialect, name);
  const deliveries = deliveryStore(database.dialect);
  const queue = createCommitQueue({
    write: batchWriter(database.write, database.dialect, lanes),
    times: () => ({ now: clock.now(), leaseEnd: clock.now() + LEASE_MS, keysForgottenBefore: 0 }),
    onFatal: (error) => {
      throw error;
    },
  });
  const broken = { next: 0 };
  const flaky: CommitQueue = {
    ...queue,
    commit(unit) {
      if (!unit.delivered || broken.next === 0) return queue.commit(unit);
      broken.next -= 1;
      return Promise.reject(new AppError('UNAVAILABLE', 'The database does not answer just now; try again.'));
    },
  };
  const request: Outbound['request'] = async ({ url, headers }) => {
    const made: Post = {
      url,
      id: String(headers?.['webhook-id']),
      sequence: Number(headers?.['hookswitch-sequence']),
      attempt: Number(headers?.['webhook-attempt']),
    };
    const { status, headers: answered = {} } = await answer(made);
    posts.push(made);
    return { status, headers: answered, body: Buffer.alloc(0), durationMs: 1, truncated: false };
  };
  const dispatcher = createDispatcher({
    database,
    queue: flaky,
    lanes,
    deliveries,
    outbound: { request } as Outbound, // all the dispatcher asks of it
    target: () => SINK,
    channelsAt: () => ['ch'],
    endpointChanged() {},
    clock,
    random: () => 0.5,
    events: createEvents(silentLog, createMetrics({ process: false })),
    slots: 64,
    leaseMs: LEASE_MS,
    quickWaitsMs: [],
    ...more,
  });
  return {
    dispatcher,
    queue,
    /** The POSTs that were answered, in that order. */
    posts,
    /** The next so many outcomes cannot be stored. */
    broken,
    sequences: () => posts.map(({ sequence }) => sequence),
    /** Stores messages of a conversation and offers them, as a turn does. */
    async say(conversationId: string, ...ids: string[]): Promise<void> {
      const said = ids.map((id) => deliveryOf(`${conversationId}-${id}`, conversationId, clock.now()));
      const outcome = await queue.commit({ deliveries: said });
      if (outcome.status === 'committed' && outcome.outbound) dispatcher.offer(outcome.outbound, said);
    },
    answered: (count: number) => until(() => posts.length >= count),
    /** What is stored of a message. */
    row: (id: string) =>
      database
        .read('deliveries')
        .where({ id })
        .first<{ status: string; attempts: number; spent: number } | undefined>(),
    lane: (conversationId: string) =>
      database
        .read('lanes')
        .where({ id: `${conversationId}:out` })
        .first<{ owner: string | null; due: number | null; epoch: number; pending: number } | undefined>(),
  };
}
