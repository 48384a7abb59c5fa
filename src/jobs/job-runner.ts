import type { Events } from '../events.js';
import { recordAudit } from '../store/audit-log.js';
import type { Database } from '../store/database/database.js';
import { isInfrastructure } from '../store/database/failures.js';
import { statementsOn } from '../store/database/statements.js';
import { inTransaction } from '../store/database/transaction.js';
import { incidentWrites } from '../store/tables/alert-incidents.js';
import {
  claimJobs,
  endJob,
  holdJob,
  type JobKindName,
  type JobLease,
  type JobRow,
  moveJob,
  releaseJobs,
} from '../store/tables/jobs.js';
import { findUser } from '../store/tables/users.js';
import { type Clock, delay, SECOND } from '../time.js';
import type { JobKind, JobStep } from './job.js';

export interface JobRunnerDeps {
  database: Database;
  clock: Clock;
  events: Pick<Events, 'jobFinished' | 'unexpected'>;
  kinds: readonly JobKind[];
  /** Names this process. */
  owner: string;
  /** How long a job stays with a process that has died. */
  leaseMs: number;
}

export interface JobRunner {
  /** Takes up jobs that nobody works on: new ones, and those of processes that died. Gives whether there were any. */
  claim(): Promise<boolean>;
  /** Ends the steps under way and leaves the jobs to others. */
  stop(): Promise<void>;
}

/** Jobs that one process works on at once; more wait. They mostly wait themselves. */
const MAX_AT_ONCE = 32;
/** Wait after a failure of the database. */
const RETRY_MS = 1 * SECOND;
/** Wait after any other failure, and how often in a row one is borne; then the job has failed. */
const RETRY_BROKEN_MS = 5 * SECOND;
const MAX_FAULTS = 5;
const BROKEN = 'The server could not go on with it; its log says why. Start it again when that is mended.';

/** Works on jobs step by step. A job belongs to one process at a time; each step makes sure of it in its transaction. */
export function createJobRunner(deps: JobRunnerDeps): JobRunner {
  const { database, clock, events, owner, leaseMs } = deps;
  const incidents = incidentWrites(database.dialect);
  const kinds = new Map<JobKindName, JobKind>(deps.kinds.map((kind) => [kind.name, kind]));
  const running = new Map<string, Promise<void>>();
  /** Looks for jobs that are under way: what they find is this process's as well. */
  const claiming = new Set<Promise<unknown>>();
  const stopping = new AbortController();

  function lease(): JobLease {
    const now = clock.now();
    return { owner, now, leaseUntil: now + leaseMs };
  }

  async function work(claimed: JobRow, kind: JobKind): Promise<void> {
    let job: JobRow | null = claimed;
    let faults = 0;
    let renewAt = clock.monotonicNow() + leaseMs / 3;
    while (job && !stopping.signal.aborted) {
      try {
        const next = await kind.next(job);
        if (next === 'DONE') return await finish(job, kind, 'DONE', null);
        if ('step' in next) job = await move(job, next.step);
        else {
          await delay(clock, Math.min(next.waitMs, leaseMs / 3), stopping.signal);
          if (clock.monotonicNow() < renewAt) continue;
          if (!(await holdJob(database.write, job.id, lease()))) return;
        }
        renewAt = clock.monotonicNow() + leaseMs / 3;
        faults = 0;
      } catch (error) {
        const passes = isInfrastructure(error);
        if (!passes) {
          events.unexpected('job', error, { jobId: claimed.id, kind: kind.name });
          faults += 1;
        }
        if (faults === MAX_FAULTS && job) return void (await finish(job, kind, 'FAILED', BROKEN));
        await delay(clock, passes ? RETRY_MS : RETRY_BROKEN_MS, stopping.signal);
      }
    }
  }

  /** Null: the job is not this process's any more, or over. */
  const move = (job: JobRow, step: JobStep<unknown>): Promise<JobRow | null> =>
    inTransaction(database.write, async (trx) => {
      const held = lease();
      if (!(await holdJob(trx, job.id, held))) return null;
      const { progress, total = job.total } = await step(trx, held.now);
      await moveJob(trx, job.id, { progress, total });
      return { ...job, progress, total };
    });

  async function finish(job: JobRow, kind: JobKind, status: 'DONE' | 'FAILED', error: string | null): Promise<void> {
    const { id, accountId, total, createdBy } = job;
    const summary = kind.summary(job.progress);
    const ended = await inTransaction(database.write, async (trx) => {
      const now = clock.now();
      if (!(await endJob(trx, { id, owner }, { status, finishedAt: now, error }))) return false;
      const user = await findUser(trx, accountId, createdBy);
      const details = { status, total, ...summary };
      const by = { actor: user?.name ?? 'Hookswitch', actorId: createdBy };
      await recordAudit(trx, database.dialect, [
        { accountId, at: now, ...by, address: null, action: kind.action, subject: id, details },
      ]);
      const facts = { jobId: id, kind: kind.name, status, total, ...summary };
      const told = { accountId, topic: 'JOB_FINISHED' as const, subject: id, facts, count: 1, at: now, due: now };
      await incidents.note(statementsOn(trx), [told]);
      return true;
    });
    if (ended) events.jobFinished({ jobId: id, accountId, kind: kind.name, status, total, ...summary });
  }

  async function claim(room: number): Promise<boolean> {
    const claimed = await claimJobs(database, [...kinds.keys()], lease(), room);
    for (const job of claimed) {
      const kind = kinds.get(job.kind);
      if (!kind || running.has(job.id)) continue;
      const working = work(job, kind)
        .catch((error: unknown) => events.unexpected('job', error, { jobId: job.id }))
        .finally(() => running.delete(job.id));
      running.set(job.id, working);
    }
    return claimed.length > 0;
  }

  return {
    async claim() {
      const room = MAX_AT_ONCE - running.size;
      if (stopping.signal.aborted || room === 0) return false;
      const looking = claim(room);
      claiming.add(looking);
      return looking.finally(() => claiming.delete(looking));
    },

    async stop() {
      stopping.abort();
      await Promise.allSettled(claiming);
      await Promise.all(running.values());
      // Without a database their leases end by themselves.
      await releaseJobs(database.write, owner).catch((error: unknown) => events.unexpected('give jobs back', error));
    },
  };
}
