import type { Db, Dialect } from '../database/database.js';
import { descending } from '../database/order.js';
import { findPage, type PageRequest } from '../database/page.js';
import { statementsOn } from '../database/statements.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import { erasedConversation } from './turn-records.js';

/** Every kind of long work. */
export type JobKindName = 'REPLAY' | 'ERASURE' | 'BOT_IMPORT' | 'BOT_EXPORT' | 'CHECK';
export type JobStatus = 'RUNNING' | 'DONE' | 'CANCELED' | 'FAILED';

const jobs = table('jobs', {
  id: text(),
  accountId: text(),
  kind: text<JobKindName>(),
  status: text<JobStatus>(),
  /** What it was started with; its kind alone knows the form. */
  parameters: json<unknown>(),
  /** How far it has got, likewise. */
  progress: json<unknown>(),
  /** How many things there are to do. */
  total: number,
  /** The user who started it. */
  createdBy: text(),
  createdAt: number,
  finishedAt: nullable(number),
  /** Why it failed, as admins may read it. */
  error: nullable(text()),
  /** The process that works on it, and when another may take it over. */
  owner: nullable(text()),
  leaseUntil: nullable(number),
});
export type JobRow = RecordOf<typeof jobs>;

export type NewJob = Pick<
  JobRow,
  'id' | 'accountId' | 'kind' | 'parameters' | 'progress' | 'total' | 'createdBy' | 'createdAt'
>;

export const insertJob = (db: Db, job: NewJob) =>
  jobs.insert(db, [{ ...job, status: 'RUNNING', finishedAt: null, error: null, owner: null, leaseUntil: null }]);

export const findJob = (db: Db, accountId: string, id: string) =>
  jobs.row(db, (query) => query.where({ account_id: accountId, id }));

const NAMES_BOT = "jobs.parameters like ? escape '!'";
const nameOf = (botId: string): string => `%"botId":"${botId.replace(/[!%_]/g, '!$&')}"%`;

/** The newest job of one kind whose parameters name this bot. */
export const latestJobOfBot = (db: Db, accountId: string, kind: JobKindName, botId: string) =>
  jobs.row(db, (query) =>
    query
      .where({ account_id: accountId, kind })
      .whereRaw(NAMES_BOT, [nameOf(botId)])
      .orderBy([
        { column: 'jobs.created_at', order: 'desc' },
        { column: 'jobs.id', order: 'desc' },
      ])
      .limit(1),
  );

const NEWEST_FIRST = descending(jobs, 'createdAt', 'id');

/** Jobs of one kind whose parameters name this bot, newest first. */
export const jobsOfBot = (db: Db, accountId: string, kind: JobKindName, botId: string, request: PageRequest) =>
  findPage(db, jobs, NEWEST_FIRST, request, (query) =>
    query.where({ 'jobs.account_id': accountId, 'jobs.kind': kind }).whereRaw(NAMES_BOT, [nameOf(botId)]),
  );

/** The running jobs of one kind, in the order they were started. */
export const runningJobs = (db: Db, accountId: string, kind: JobKindName) =>
  jobs.rows(db, (query) =>
    query
      .where({ account_id: accountId, kind })
      .whereRaw("jobs.status = 'RUNNING'")
      .orderBy(['jobs.created_at', 'jobs.id']),
  );

/** The right of one process to work on jobs. */
export interface JobLease {
  owner: string;
  now: number;
  leaseUntil: number;
}

/** Running jobs that nobody works on, oldest first; their owner is this one from now on. */
export async function claimJobs(
  { read, write, dialect }: { read: Db; write: Db; dialect: Dialect },
  kinds: readonly JobKindName[],
  { owner, now, leaseUntil }: JobLease,
  limit: number,
): Promise<JobRow[]> {
  const free = (db: Db) =>
    db('jobs')
      .select('id')
      .whereRaw("status = 'RUNNING'") // the words of the index
      .whereIn('kind', [...kinds])
      .whereRaw('(lease_until is null or lease_until <= ?)', [now])
      .orderBy('created_at')
      .limit(limit);
  if ((await free(read)).length === 0) return []; // nothing is written while there is nothing to do
  const locked = dialect === 'postgres' ? free(write).forUpdate().skipLocked() : free(write);
  const { sql, bindings } = locked.toSQL();
  const claimed = await statementsOn(write).query<{ id: string }>(
    `update jobs set owner = ?, lease_until = ? where id in (${sql}) returning id`,
    [owner, leaseUntil, ...(bindings as string[])],
  );
  return jobs.rowsIn(
    write,
    'id',
    claimed.map(({ id }) => id),
  );
}

const held = (id: string, owner: string) => ({ id, owner, status: 'RUNNING' });

/** Renews the lease and keeps the row from everybody else until the transaction ends. False: the job is not this one's any more. */
export const holdJob = async (db: Db, id: string, { owner, leaseUntil }: JobLease): Promise<boolean> =>
  (await jobs.update(db, (query) => query.where(held(id, owner)), { leaseUntil })) > 0;

/** Takes the name of a conversation out of how far checks have got. */
export const forgetConversation = (trx: Db, conversationId: string) =>
  trx('jobs')
    .where({ kind: 'CHECK' })
    .whereLike('progress', `%${conversationId}%`)
    .update({ progress: trx.raw('replace(progress, ?, ?)', [conversationId, erasedConversation(conversationId)]) });

export const moveJob = (db: Db, id: string, moved: Pick<JobRow, 'progress' | 'total'>) =>
  jobs.update(db, (query) => query.where({ id }), moved);

/** Moves a running job on from exactly where it stood. False: another process has done so. */
export const settleJob = async (
  db: Db,
  { id, progress }: Pick<JobRow, 'id' | 'progress'>,
  settled: unknown,
): Promise<boolean> =>
  (await jobs.update(db, (query) => query.where({ id, status: 'RUNNING', progress: JSON.stringify(progress) }), {
    progress: settled,
  })) > 0;

/** The job is over. False: it has been before, or is not this owner's any more. Without an owner it is taken from whoever has it. */
export const endJob = async (
  db: Db,
  { id, owner }: { id: string; owner?: string },
  end: Pick<JobRow, 'status' | 'finishedAt' | 'error'>,
): Promise<boolean> =>
  (await jobs.update(db, (query) => query.where(owner === undefined ? { id, status: 'RUNNING' } : held(id, owner)), {
    ...end,
    owner: null,
    leaseUntil: null,
  })) > 0;

/** Jobs in the hands of this owner, or of whomever, are free to be taken up at once. */
export const releaseJobs = (db: Db, owner?: string) =>
  jobs.update(
    db,
    (query) => query.whereNotNull('owner').where({ status: 'RUNNING', ...(owner !== undefined && { owner }) }),
    { owner: null, leaseUntil: null },
  );
