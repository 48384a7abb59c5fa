import { LRUCache } from 'lru-cache';
import { JOB_ACTIONS } from '../domain/jobs.js';
import type { Job, JobKind, JobStep, NextOfJob } from '../jobs/job.js';
import type { Database } from '../store/database/database.js';
import type { Key } from '../store/database/order.js';
import { afterCommit } from '../store/database/transaction.js';
import { findFinished } from '../store/tables/deliveries.js';
import type { DeliveryFilter } from '../store/tables/delivery-filter.js';
import type { deliveryStore } from '../store/tables/delivery-store.js';
import { runningJobs } from '../store/tables/jobs.js';
import { nextReplayItems, replayItemStore } from '../store/tables/replay-items.js';
import { type Clock, SECOND } from '../time.js';
import { type ReopenDeps, reopen } from './reopen.js';

export interface ReplayParameters {
  filter: DeliveryFilter;
  /** Deliveries a second. */
  perSecond: number;
}

/**
 * FINDING: what matches is written down, so that its order is known and nothing is sent again that dies a second time.
 * SENDING: it goes out, conversation by conversation.
 */
export interface ReplayProgress {
  phase: 'FINDING' | 'SENDING';
  /** The total is what was counted in a moment: there may be more. */
  isCountedInPart?: boolean;
  /** The last delivery that was found. */
  after: Key | null;
  found: number;
  replayed: number;
  skipped: number;
}

type ReplayJob = Job<ReplayParameters, ReplayProgress>;

export const REPLAY_BEGUN: ReplayProgress = { phase: 'FINDING', after: null, found: 0, replayed: 0, skipped: 0 };

export interface ReplayJobDeps extends ReopenDeps {
  database: Database;
  deliveries: Pick<ReturnType<typeof deliveryStore>, 'lockFinished' | 'reopen' | 'pendingAmong'>;
  clock: Clock;
  /** Lets an endpoint in trouble be tried at once: somebody has just said that it is well. */
  tryNow(channelIds: string[]): void;
}

/** Deliveries written down by one step. */
const FOUND_AT_ONCE = 500;
/** Deliveries sent again by one step. */
const SENT_AT_ONCE = 200;
/** Steps a second that the rate is spread over. */
const STEPS_PER_SECOND = 4;
/** Replays of one job that may be on their way; from there on it waits for the dispatcher. */
const MAX_OPEN = 4_000;
/** Jobs whose pace is remembered; one that was forgotten goes on at once. */
const MAX_PACES = 100;
/** Milliseconds until a replay that waits for the dispatcher, or for another replay, looks again. */
const LOOK_AGAIN_MS = SECOND / 4;

/** How fast a job goes, as far as this process knows. */
interface Pace {
  /** When the next step may send, by the monotonic clock. */
  sendAt: number;
  /** Replays on their way. */
  open: string[];
  /** Channels whose endpoints have been tried for it: once is enough to know. */
  tried: ReadonlySet<string>;
}

const NO_PACE: Pace = { sendAt: 0, open: [], tried: new Set() };

/** The kind of job that sends finished deliveries again. */
export function createReplayJob(deps: ReplayJobDeps): JobKind<ReplayParameters, ReplayProgress> {
  const { database, clock, deliveries } = deps;
  const items = replayItemStore(database.dialect);
  const paces = new LRUCache<string, Pace>({ max: MAX_PACES });
  const paceOf = (jobId: string): Pace => paces.get(jobId) ?? NO_PACE;

  async function find({ id, accountId, parameters, progress }: ReplayJob): Promise<JobStep<ReplayProgress>> {
    const page = { after: progress.after, limit: FOUND_AT_ONCE };
    const rows = await findFinished(database.read, accountId, parameters.filter, page);
    const found = progress.found + rows.length;
    const last = rows.at(-1);
    return async (trx) => {
      await items.insert(
        trx,
        rows.map((row) => ({ jobId: id, conversationId: row.conversationId, seq: row.seq, deliveryId: row.id })),
      );
      if (last && rows.length === FOUND_AT_ONCE)
        return { progress: { ...progress, after: [last.createdAt, last.id], found } };
      return { progress: { ...progress, phase: 'SENDING', isCountedInPart: false, found }, total: found };
    };
  }

  async function send(job: ReplayJob): Promise<NextOfJob<ReplayProgress>> {
    const { id, progress } = job;
    const waitMs = await waitOf(job);
    if (waitMs > 0) return { waitMs };
    const size = Math.max(1, Math.min(SENT_AT_ONCE, Math.floor(job.parameters.perSecond / STEPS_PER_SECOND)));
    const batch = await nextReplayItems(database.read, id, size);
    if (batch.length === 0) return 'DONE';
    const found = batch.map((item) => ({ ...item, id: item.deliveryId }));
    return {
      step: async (trx, now) => {
        const again = await reopen(deps, trx, found, now);
        await items.remove(trx, batch);
        afterCommit(trx, () => {
          const { sendAt, open, tried } = paceOf(id);
          const channels = new Set(again.map(({ channelId }) => channelId));
          const untried = [...channels].filter((channelId) => !tried.has(channelId));
          const tookMs = (batch.length / job.parameters.perSecond) * SECOND;
          paces.set(id, {
            sendAt: Math.max(sendAt, clock.monotonicNow()) + tookMs,
            open: [...open, ...again.map((delivery) => delivery.id)],
            tried: new Set([...tried, ...channels]),
          });
          if (untried.length > 0) deps.tryNow(untried);
        });
        return {
          progress: {
            ...progress,
            replayed: progress.replayed + again.length,
            skipped: progress.skipped + batch.length - again.length,
          },
        };
      },
    };
  }

  /** Milliseconds to wait: for the rate, the dispatcher, or an earlier replay that might send to the same conversations. */
  async function waitOf(job: ReplayJob): Promise<number> {
    const pace = paceOf(job.id);
    const { sendAt, open } = pace;
    const waitMs = sendAt - clock.monotonicNow();
    if (waitMs > 0) return waitMs;
    if (open.length + SENT_AT_ONCE > MAX_OPEN) {
      const left = await deliveries.pendingAmong(database.read, open);
      paces.set(job.id, { ...pace, open: left });
      if (left.length + SENT_AT_ONCE > MAX_OPEN) return LOOK_AGAIN_MS;
    }
    const running = await runningJobs(database.read, job.accountId, 'REPLAY');
    const place = running.findIndex(({ id }) => id === job.id);
    const isBehind = running.some(
      ({ parameters }, index) =>
        index < place && mayMeet((parameters as ReplayParameters).filter, job.parameters.filter),
    );
    return isBehind ? LOOK_AGAIN_MS : 0;
  }

  return {
    name: 'REPLAY',
    action: JOB_ACTIONS.REPLAY,
    next: async (job) => (job.progress.phase === 'FINDING' ? { step: await find(job) } : send(job)),
    summary: ({ replayed, skipped }) => ({ replayed, skipped }),
  };
}

/** Whether two replays may have conversations in common: their order would be that of neither. */
const mayMeet = (one: DeliveryFilter, other: DeliveryFilter): boolean =>
  (['channelId', 'botId', 'user'] as const).every(
    (field) => !one[field] || !other[field] || one[field] === other[field],
  );
