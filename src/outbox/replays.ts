import { assertMay, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { badInput, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { JobRunner } from '../jobs/job-runner.js';
import { afterCommit } from '../store/database/transaction.js';
import { findBot } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';
import { countFinished } from '../store/tables/deliveries.js';
import type { DeliveryFilter } from '../store/tables/delivery-filter.js';
import { findJob, insertJob, type JobRow } from '../store/tables/jobs.js';
import { checkReplayFilter } from './check-filter.js';
import { REPLAY_BEGUN, type ReplayParameters, type ReplayProgress } from './replay-job.js';

export interface ReplaysDeps extends CommandDeps {
  runner: Pick<JobRunner, 'claim'>;
}

export interface ReplayRequest {
  filter: DeliveryFilter;
  perSecond?: number | null | undefined;
  dryRun?: boolean | null | undefined;
}

/** Deliveries a second unless somebody says otherwise: a receiver that has just come back can take as many. */
const DEFAULT_PER_SECOND = 100;
/** Bounds of the rate; beyond: BAD_USER_INPUT. */
const PER_SECOND = { min: 0.01, max: 100_000 };

/** Replays of many deliveries, as jobs. */
export function createReplays(deps: ReplaysDeps) {
  const { database } = deps;

  /** NOT_FOUND for a channel or bot that is none of the account: a wrong id would match nothing, silently. Deleted channels are known. */
  async function assertKnown({ accountId }: Viewer, { channelId, botId }: DeliveryFilter): Promise<void> {
    if (channelId && (await findChannels(database.read, accountId, [channelId])).length === 0)
      throw notFound('channel', channelId);
    if (botId && !(await findBot(database.read, accountId, botId))) throw notFound('bot', botId);
  }

  return {
    /**
     * Sends all finished deliveries that match again, as a job; with `dryRun` they are only counted. BAD_USER_INPUT for a
     * filter that is too wide and for a rate out of bounds, NOT_FOUND for its channel or bot.
     */
    async start(viewer: Viewer, { filter, perSecond, dryRun }: ReplayRequest) {
      assertMay(viewer, 'delivery.replay');
      checkReplayFilter(filter);
      const rate = perSecond ?? DEFAULT_PER_SECOND;
      if (!(rate >= PER_SECOND.min && rate <= PER_SECOND.max))
        throw badInput('perSecond', `Replay between ${PER_SECOND.min} and ${PER_SECOND.max} deliveries a second.`);
      await assertKnown(viewer, filter);
      const now = deps.clock.now();
      // What is sent from now on is none of those that somebody wanted again.
      const parameters: ReplayParameters = {
        filter: { ...filter, to: Math.min(filter.to ?? Number.POSITIVE_INFINITY, now + 1) },
        perSecond: rate,
      };
      const { accountId } = viewer;
      const total = await countFinished(database.read, accountId, parameters.filter);
      const job = {
        id: rowId('jb'),
        accountId,
        kind: 'REPLAY' as const,
        parameters,
        progress: REPLAY_BEGUN,
        total,
        createdBy: viewer.id,
        createdAt: now,
      };
      if (dryRun) return toView({ ...job, status: 'DONE', finishedAt: now, error: null });
      await runCommand(deps, viewer, 'delivery.replay', async ({ trx, audit }) => {
        await insertJob(trx, job);
        audit(job.id, { total, perSecond: rate, filter: shown(filter) });
        afterCommit(trx, () => void deps.runner.claim().catch(() => {})); // else the loop takes it up
      });
      return toView({ ...job, status: 'RUNNING', finishedAt: null, error: null });
    },

    async find(viewer: Viewer, id: string) {
      assertMay(viewer, 'read');
      const job = await findJob(database.read, viewer.accountId, id);
      return job?.kind === 'REPLAY' ? toView(job) : null;
    },
  };
}

function toView(job: Omit<JobRow, 'owner' | 'leaseUntil'>) {
  const { id, status, total, createdAt, finishedAt, error } = job;
  const { replayed, skipped } = job.progress as ReplayProgress; // as its kind has written it
  return { id, status, total, replayed, skipped, createdAt, finishedAt, error };
}

/** The filter as people read it. */
function shown({ from, to, ...filter }: DeliveryFilter): Record<string, unknown> {
  const time = (at: number | null | undefined) => (typeof at === 'number' ? new Date(at).toISOString() : undefined);
  const entries = Object.entries({ ...filter, from: time(from), to: time(to) });
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined));
}
