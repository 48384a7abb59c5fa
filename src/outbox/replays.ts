import { assertMayWith, assertMayWithSome, may, readableBots, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { maySeeJob } from '../domain/jobs.js';
import { badInput, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { JobRunner } from '../jobs/job-runner.js';
import { afterCommit } from '../store/database/transaction.js';
import { findBot } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';
import { channelsOfDeliveries, countFinished } from '../store/tables/deliveries.js';
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

  /**
   * The bots the filter names, by id, by a channel or by deliveries; deleted channels are known. NOT_FOUND for one that is none of the account,
   * or that the viewer may not see: a wrong id would match nothing, silently. BAD_USER_INPUT where it must name one.
   */
  async function namedBots(viewer: Viewer, { ids, channelId, botId }: DeliveryFilter): Promise<string[]> {
    const named = ids ? await botsOfDeliveries(viewer, ids) : [];
    if (channelId) {
      const [channel] = await findChannels(database.read, viewer.accountId, [channelId]);
      if (!channel) throw notFound('channel', channelId);
      assertMayWith(viewer, 'delivery.replay', channel.botId, () => notFound('channel', channelId));
      named.push(channel.botId);
    }
    if (botId) {
      if (!(await findBot(database.read, viewer.accountId, botId))) throw notFound('bot', botId);
      assertMayWith(viewer, 'delivery.replay', botId, () => notFound('bot', botId));
      named.push(botId);
    }
    if (named.length === 0 && !may(viewer, 'delivery.replay'))
      throw badInput('filter.botId', 'Name a bot or a channel: you may not replay those of the whole account.');
    return named;
  }

  async function botsOfDeliveries(viewer: Viewer, ids: readonly string[]): Promise<string[]> {
    const channelOf = await channelsOfDeliveries(database.read, viewer.accountId, ids);
    const channels = await findChannels(database.read, viewer.accountId, [...new Set(channelOf.values())]);
    const botOf = new Map(channels.map((channel) => [channel.id, channel.botId]));
    for (const id of ids) {
      const botId = botOf.get(channelOf.get(id) ?? '');
      if (botId === undefined) throw notFound('delivery', id);
      assertMayWith(viewer, 'delivery.replay', botId, () => notFound('delivery', id));
    }
    return [...new Set(botOf.values())];
  }

  return {
    /**
     * Sends all finished deliveries that match again, as a job; with `dryRun` they are only counted, for a moment. BAD_USER_INPUT for a
     * filter that is too wide and for a rate out of bounds, NOT_FOUND for its channel or bot.
     */
    async start(viewer: Viewer, { filter, perSecond, dryRun }: ReplayRequest) {
      assertMayWithSome(viewer, 'delivery.replay');
      checkReplayFilter(filter);
      const rate = perSecond ?? DEFAULT_PER_SECOND;
      if (!(rate >= PER_SECOND.min && rate <= PER_SECOND.max))
        throw badInput('perSecond', `Replay between ${PER_SECOND.min} and ${PER_SECOND.max} deliveries a second.`);
      const botIds = await namedBots(viewer, filter);
      const now = deps.clock.now();
      // What is sent from now on is none of those that somebody wanted again.
      const parameters: ReplayParameters = {
        filter: { ...filter, to: Math.min(filter.to ?? Number.POSITIVE_INFINITY, now + 1) },
        perSecond: rate,
      };
      const { accountId } = viewer;
      const { count: total, isExact } = await countFinished(database.read, accountId, parameters.filter);
      const job = {
        id: rowId('jb'),
        accountId,
        kind: 'REPLAY' as const,
        parameters,
        progress: { ...REPLAY_BEGUN, isCountedInPart: !isExact },
        total,
        createdBy: viewer.id,
        createdAt: now,
      };
      if (dryRun) return toView({ ...job, status: 'DONE', finishedAt: now, error: null });
      await runCommand(deps, viewer, 'delivery.replay', async ({ trx, allow, audit }) => {
        for (const id of botIds) allow(id);
        await insertJob(trx, job);
        audit(job.id, { total, ...(!isExact && { totalIsExact: false }), perSecond: rate, filter: shown(filter) });
        afterCommit(trx, () => void deps.runner.claim().catch(() => {})); // else the loop takes it up
      });
      return toView({ ...job, status: 'RUNNING', finishedAt: null, error: null });
    },

    async find(viewer: Viewer, id: string) {
      readableBots(viewer);
      const job = await findJob(database.read, viewer.accountId, id);
      return job?.kind === 'REPLAY' && (await maySeeJob(database.read, viewer, job)) ? toView(job) : null;
    },
  };
}

function toView(job: Omit<JobRow, 'owner' | 'leaseUntil'>) {
  const { id, status, total, createdAt, finishedAt, error } = job;
  const { replayed, skipped, isCountedInPart = false } = job.progress as ReplayProgress; // as its kind has written it
  return { id, status, total, totalIsExact: !isCountedInPart, replayed, skipped, createdAt, finishedAt, error };
}

/** The filter as people read it. */
function shown({ from, to, ...filter }: DeliveryFilter): Record<string, unknown> {
  const time = (at: number | null | undefined) => (typeof at === 'number' ? new Date(at).toISOString() : undefined);
  const entries = Object.entries({ ...filter, from: time(from), to: time(to) });
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined));
}
