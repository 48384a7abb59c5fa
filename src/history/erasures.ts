import { assertMay, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { badInput, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { JobRunner } from '../jobs/job-runner.js';
import type { Db } from '../store/database/database.js';
import { afterCommit } from '../store/database/transaction.js';
import { findBot } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';
import { ERASED } from '../store/tables/end-users.js';
import { findJob, insertJob, type JobRow, runningJobs } from '../store/tables/jobs.js';
import type { Vault } from '../store/vault.js';
import { type ErasureParameters, type ErasureProgress, sealedUser } from './erasure-job.js';

/** An end user, of the whole account or of a channel or bot. */
export interface EndUserRequest {
  user: string;
  channelId?: string | null | undefined;
  botId?: string | null | undefined;
}

export interface ErasuresDeps extends CommandDeps {
  vault: Pick<Vault, 'seal' | 'open'>;
  runner: Pick<JobRunner, 'claim'>;
}

/** Characters of a user's id, as the hooks take it. */
const MAX_USER = 256;
/** Characters of a reason; more: BAD_USER_INPUT. */
const MAX_REASON = 1_000;

/** Erasures of end users, as jobs. */
export function createErasures(deps: ErasuresDeps) {
  const { database, vault } = deps;

  /** The one that is under way for the same user and scope: it does what another would. */
  async function running(
    db: Db,
    { accountId }: Viewer,
    user: string,
    scope: ErasureParameters,
  ): Promise<JobRow | null> {
    const jobs = await runningJobs(db, accountId, 'ERASURE');
    const same = jobs.find(({ id, parameters, progress }) => {
      const { channelId, botId } = parameters as ErasureParameters; // as it was started
      const { user: sealed } = progress as ErasureProgress; // as its kind has written it
      if (channelId !== scope.channelId || botId !== scope.botId || sealed === null) return false;
      return vault.open(sealed, sealedUser(id)) === user;
    });
    return same ?? null;
  }

  return {
    /**
     * Removes all that is stored of an end user up to now, as a job; the one under way when there is one. BAD_USER_INPUT,
     * NOT_FOUND for the channel or bot.
     */
    async start(viewer: Viewer, { reason, ...request }: EndUserRequest & { reason: string }) {
      assertMay(viewer, 'end-user.erase');
      const { user } = request;
      const scope = await scopeOf(database.read, viewer, request);
      const why = reason.trim();
      if (why === '' || why.length > MAX_REASON)
        throw badInput('reason', `Say why, in at most ${MAX_REASON} characters: the audit log keeps it.`);
      const { accountId } = viewer;
      const job = await runCommand(deps, viewer, 'end-user.erase', async ({ trx, now, audit }) => {
        const same = await running(trx, viewer, user, scope);
        if (same) return same;
        const id = rowId('jb');
        const progress: ErasureProgress = {
          phase: 'CONVERSATIONS',
          user: vault.seal(user, sealedUser(id)),
          ...{ conversations: 0, turns: 0, deliveries: 0, attachments: 0, rows: 0 },
        };
        await insertJob(trx, {
          ...{ id, accountId, kind: 'ERASURE' as const, parameters: scope, progress, total: 0 },
          ...{ createdBy: viewer.id, createdAt: now },
        });
        audit(id, { ...scope, reason: why.split(user).join(ERASED) });
        afterCommit(trx, () => void deps.runner.claim().catch(() => {})); // else the loop takes it up
        return { id, status: 'RUNNING' as const, progress, createdAt: now, finishedAt: null };
      });
      return toView(job);
    },

    async find(viewer: Viewer, id: string) {
      assertMay(viewer, 'end-user.erase');
      const job = await findJob(database.read, viewer.accountId, id);
      return job?.kind === 'ERASURE' ? toView(job) : null;
    },
  };
}

/** BAD_USER_INPUT for a user that none can be, NOT_FOUND for a channel or bot that is none of the account: nothing would match. */
export async function scopeOf(
  db: Db,
  { accountId }: Viewer,
  { user, channelId = null, botId = null }: EndUserRequest,
): Promise<ErasureParameters> {
  if (user === '' || user.length > MAX_USER)
    throw badInput('user', `Give the end user's id as the hook got it, 1 to ${MAX_USER} characters.`);
  if (botId !== null && !(await findBot(db, accountId, botId))) throw notFound('bot', botId);
  if (channelId === null) return { channelId, botId };
  const [channel] = await findChannels(db, accountId, [channelId]);
  if (!channel) throw notFound('channel', channelId);
  if (botId !== null && channel.botId !== botId) throw badInput('botId', 'The channel belongs to another bot.');
  return { channelId, botId };
}

function toView({
  id,
  status,
  progress,
  createdAt,
  finishedAt,
}: Pick<JobRow, 'id' | 'status' | 'progress' | 'createdAt' | 'finishedAt'>) {
  const { conversations, turns, deliveries, attachments } = progress as ErasureProgress; // as its kind has written it
  return { id, status, conversations, turns, deliveries, attachments, createdAt, finishedAt };
}
