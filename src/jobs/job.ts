import type { Knex } from 'knex';
import type { JobKindName, JobRow } from '../store/tables/jobs.js';

/** A running job as its kind sees it. */
export interface Job<Parameters, Progress> extends Pick<JobRow, 'id' | 'accountId' | 'total' | 'createdAt'> {
  /** What it was started with. */
  parameters: Parameters;
  /** How far it has got. */
  progress: Progress;
}

/**
 * One step of a job, within one transaction: at most 100 ms of the writer. What it writes is durable together with the
 * progress it gives, or not at all, so that a process that dies repeats nothing and loses nothing.
 */
export type JobStep<Progress> = (
  trx: Knex.Transaction,
  now: number,
) => Promise<{ progress: Progress /** Once it is known better. */; total?: number }>;

/** What a job does next. A wait is cut short by its end; then it is asked again. */
export type NextOfJob<Progress> = 'DONE' | { waitMs: number } | { step: JobStep<Progress> };

/** A kind of long work. `Parameters` and `Progress` are stored as JSON. */
export interface JobKind<Parameters = unknown, Progress = unknown> {
  readonly name: JobKindName;
  /** The action that its entries in the audit log name. */
  readonly action: string;
  /** Looks for what is to be done next, outside of any transaction. */
  next(job: Job<Parameters, Progress>): Promise<NextOfJob<Progress>>;
  /** What it has done so far, for the audit log and the log: numbers, no contents. */
  summary(progress: Progress): Record<string, number>;
}
