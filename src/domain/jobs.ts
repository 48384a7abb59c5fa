import { conflict, notFound } from '../errors.js';
import type { Events } from '../events.js';
import type { JobKind } from '../jobs/job.js';
import type { Db } from '../store/database/database.js';
import { afterCommit } from '../store/database/transaction.js';
import { findChannels } from '../store/tables/channels.js';
import { endJob, findJob, type JobKindName, type JobRow } from '../store/tables/jobs.js';
import { type Action, assertMay, may, type Viewer } from './access.js';
import { type CommandDeps, runCommand } from './command.js';

/** What starting and cancelling a job of each kind takes, and what the audit log calls it. */
export const JOB_ACTIONS = {
  REPLAY: 'delivery.replay',
  ERASURE: 'end-user.erase',
  BOT_IMPORT: 'bot.import',
  BOT_EXPORT: 'bot.export',
  CHECK: 'bot.check',
} satisfies Record<JobKindName, Action>;

export interface JobsDeps extends CommandDeps {
  events: Pick<Events, 'jobFinished'>;
  kinds: readonly JobKind[];
}

/** Whether the viewer may see a job: all with the right to read the account, else one's own; a token for some bots, those on these bots. */
export async function maySeeJob(
  db: Db,
  viewer: Viewer,
  { createdBy, parameters }: Pick<JobRow, 'createdBy' | 'parameters'>,
): Promise<boolean> {
  if (may(viewer, 'read')) return true;
  if (createdBy !== viewer.id) return false;
  if (!viewer.limits?.botIds) return true;
  const { botId, channelId } = targetOf(parameters);
  const [channel] = botId || !channelId ? [] : await findChannels(db, viewer.accountId, [channelId]);
  const on = botId ?? channel?.botId;
  return on !== undefined && on !== null && may(viewer, 'read', on);
}

/** The bot or channel that a job is about, as its kind has written it; none for what is about the whole account. */
function targetOf(parameters: unknown): { botId?: string | null; channelId?: string | null } {
  const { filter } = Object(parameters);
  return Object(filter ?? parameters);
}

/** Long work, whatever its kind. */
export function createJobs(deps: JobsDeps) {
  return {
    /** Ends a job between two steps; what it has done stays. False: it was over. NOT_FOUND; CONFLICT for an erasure. */
    async cancel(viewer: Viewer, id: string): Promise<boolean> {
      const { accountId } = viewer;
      const known = await findJob(deps.database.read, accountId, id);
      if (!known || !(await maySeeJob(deps.database.read, viewer, known))) throw notFound('job', id);
      if (known.kind === 'ERASURE')
        throw conflict('An erasure goes on to its end: half a user would be neither there nor gone.');
      return runCommand(deps, viewer, JOB_ACTIONS[known.kind], async ({ trx, now, allowed, audit, tell }) => {
        if (known.createdBy === viewer.id) allowed();
        else assertMay(viewer, JOB_ACTIONS[known.kind]);
        const status = 'CANCELED' as const;
        const wasRunning = await endJob(trx, { id }, { status, finishedAt: now, error: null });
        const job = wasRunning ? await findJob(trx, accountId, id) : null;
        if (!job) return false;
        const kind = deps.kinds.find(({ name }) => name === job.kind);
        const summary = kind?.summary(job.progress) ?? {};
        const facts = { jobId: id, kind: job.kind, status, total: job.total, ...summary };
        audit(id, { status, total: job.total, ...summary });
        tell('JOB_FINISHED', id, facts);
        afterCommit(trx, () => deps.events.jobFinished({ ...facts, accountId }));
        return true;
      });
    },
  };
}
