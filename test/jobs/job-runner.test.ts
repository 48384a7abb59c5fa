import { beforeAll, expect, it } from 'vitest';
import { createJobs } from '../../src/domain/jobs.js';
import { createEvents } from '../../src/events.js';
import type { Job, JobKind, NextOfJob } from '../../src/jobs/job.js';
import { createJobRunner } from '../../src/jobs/job-runner.js';
import { silentLog } from '../../src/log.js';
import { createMetrics } from '../../src/metrics.js';
import type { Database } from '../../src/store/database/database.js';
import { listAuditEntries } from '../../src/store/tables/audit-entries.js';
import { findJob, insertJob } from '../../src/store/tables/jobs.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { breathe, until } from '../support/dispatching.js';

const LEASE_MS = 60_000;
const viewer = { id: 'u-1', accountId: 'ac', name: 'Ada', role: 'ADMIN' as const };

/** Counts to what it was told, one a step; what it has counted is in a table as well. */
interface Counting {
  upTo: number;
}
type Step = Job<Counting, number>;

const isFinished = (database: Database, id: string) => async () => {
  const job = await findJob(database.read, 'ac', id);
  return job !== null && job.status !== 'RUNNING';
};

let made = 0;
async function start(database: Database, clock: TestClock, upTo: number): Promise<string> {
  const id = `jb-${++made}`;
  const ofJob = { kind: 'REPLAY' as const, parameters: { upTo }, progress: 0, total: upTo };
  await insertJob(database.write, { id, accountId: 'ac', createdBy: viewer.id, createdAt: clock.now(), ...ofJob });
  return id;
}

/** A process that counts; `before` is asked before each step, and may fail or wait. */
function startProcess(
  database: Database,
  clock: TestClock,
  owner: string,
  before: (job: Step) => Promise<NextOfJob<number> | undefined> = async () => undefined,
) {
  const finished: string[] = [];
  const kind: JobKind<Counting, number> = {
    name: 'REPLAY',
    action: 'delivery.replay',
    async next(job) {
      const instead = await before(job);
      if (instead) return instead;
      if (job.progress === job.parameters.upTo) return 'DONE';
      return {
        async step(trx) {
          await trx('changes').insert({ number: made * 1_000 + job.progress, topic: 'bot', id: job.id, at: 1 });
          return { progress: job.progress + 1 };
        },
      };
    },
    summary: (progress) => ({ counted: progress }),
  };
  const events = createEvents(silentLog, createMetrics({ process: false }));
  const told = {
    ...events,
    jobFinished: ({ jobId, status }: { jobId: string; status: string }) => void finished.push(`${jobId} ${status}`),
  };
  const runner = createJobRunner({ database, clock, events: told, kinds: [kind], owner, leaseMs: LEASE_MS });
  const jobs = createJobs({ database, clock, log: silentLog, events: told, kinds: [kind] });
  return { runner, jobs, finished };
}

const counted = async (database: Database, id: string) => (await database.read('changes').where({ id })).length;

eachDatabase('a job', (database) => {
  beforeAll(async () => void (await database().write('accounts').insert({ id: 'ac', name: 'Main', created_at: 1 })));

  it('is left to others when its process stops while it takes jobs up', async () => {
    const clock = createTestClock();
    const id = await start(database(), clock, 5);
    const { runner, finished } = startProcess(database(), clock, 'leaving');
    const claiming = runner.claim();
    await runner.stop();
    await claiming;
    expect(await database().read('jobs').where({ id }).first('owner', 'lease_until')).toEqual({
      owner: null,
      lease_until: null,
    });
    const other = startProcess(database(), clock, 'other');
    expect(await other.runner.claim()).toBe(true);
    await until(isFinished(database(), id));
    await other.runner.stop();
    expect([finished, other.finished]).toEqual([[], [`${id} DONE`]]);
  });

  it('runs step by step to its end, which is told and written down once', async () => {
    const clock = createTestClock();
    const id = await start(database(), clock, 5);
    const one = startProcess(database(), clock, 'p1');
    const two = startProcess(database(), clock, 'p2');
    await Promise.all([one.runner.claim(), two.runner.claim()]);
    await until(isFinished(database(), id));
    await Promise.all([one.runner.stop(), two.runner.stop()]);
    expect([...one.finished, ...two.finished]).toEqual([`${id} DONE`]);
    expect(await counted(database(), id)).toBe(5);
    expect(await findJob(database().read, 'ac', id)).toMatchObject({ status: 'DONE', progress: 5, owner: null });
    const audit = await listAuditEntries(database().read, 'ac', { subject: id });
    expect(audit.edges.map(({ node }) => node.details)).toEqual([{ status: 'DONE', total: 5, counted: 5 }]);
    expect(await database().read('alert_incidents').where({ topic: 'JOB_FINISHED', subject: id })).toHaveLength(1);
  });

  it('goes on in another process once the lease of one that died has ended, and repeats nothing', async () => {
    const clock = createTestClock();
    const id = await start(database(), clock, 6);
    let dead: (() => void) | undefined;
    const one = startProcess(database(), clock, 'p1', async ({ progress }) => {
      if (progress === 3) await new Promise<void>((resolve) => (dead = resolve));
      return undefined;
    });
    await one.runner.claim();
    await until(() => dead);
    const two = startProcess(database(), clock, 'p2');
    expect(await two.runner.claim()).toBe(false);
    clock.advance(LEASE_MS);
    expect(await two.runner.claim()).toBe(true);
    await until(isFinished(database(), id));
    dead?.(); // it was not dead, only slow: its step finds the job in other hands
    await Promise.all([one.runner.stop(), two.runner.stop()]);
    expect([one.finished, two.finished]).toEqual([[], [`${id} DONE`]]);
    expect(await counted(database(), id)).toBe(6);
  });

  it('is left to others by a process that stops', async () => {
    const clock = createTestClock();
    const id = await start(database(), clock, 4);
    const one = startProcess(database(), clock, 'p1', async ({ progress }) =>
      progress === 2 ? { waitMs: 1_000 } : undefined,
    );
    await one.runner.claim();
    await until(() => clock.pending > 0);
    await one.runner.stop();
    expect(await findJob(database().read, 'ac', id)).toMatchObject({ status: 'RUNNING', progress: 2, owner: null });
    const two = startProcess(database(), clock, 'p2');
    await two.runner.claim();
    await until(isFinished(database(), id));
    expect(await counted(database(), id)).toBe(4);
    await two.runner.stop();
  });

  it('keeps its process while it waits for longer than the lease', async () => {
    const clock = createTestClock();
    const id = await start(database(), clock, 1);
    let waits = 0;
    const one = startProcess(database(), clock, 'p1', async () => (++waits < 10 ? { waitMs: LEASE_MS } : undefined));
    await one.runner.claim();
    const two = startProcess(database(), clock, 'p2');
    while (!(await isFinished(database(), id)())) {
      if (clock.pending > 0) clock.advance(LEASE_MS / 3);
      await breathe();
      const lease = await findJob(database().read, 'ac', id);
      if ((lease?.leaseUntil ?? 0) > clock.now()) expect(await two.runner.claim()).toBe(false);
    }
    await Promise.all([one.runner.stop(), two.runner.stop()]);
    expect(one.finished).toEqual([`${id} DONE`]);
  });

  it('fails when a step fails again and again, without what the step wrote', async () => {
    const clock = createTestClock();
    const id = await start(database(), clock, 3);
    const one = startProcess(database(), clock, 'p1', async ({ progress }) => {
      if (progress === 1) throw new Error('broken');
      return undefined;
    });
    await one.runner.claim();
    while (!(await isFinished(database(), id)())) {
      clock.advance(5_000);
      await breathe();
    }
    expect(await findJob(database().read, 'ac', id)).toMatchObject({
      status: 'FAILED',
      progress: 1,
      error: expect.not.stringContaining('broken'),
    });
    await one.runner.stop();
    expect(one.finished).toEqual([`${id} FAILED`]);
    expect(await counted(database(), id)).toBe(1);
  });

  it('is cancelled between two steps, by whichever process is asked', async () => {
    const clock = createTestClock();
    const id = await start(database(), clock, 6);
    let go: (() => void) | undefined;
    const one = startProcess(database(), clock, 'p1', async ({ progress }) => {
      if (progress === 2) await new Promise<void>((resolve) => (go = resolve));
      return undefined;
    });
    const two = startProcess(database(), clock, 'p2');
    await one.runner.claim();
    await until(() => go);
    expect(await two.jobs.cancel(viewer, id)).toBe(true);
    go?.();
    await one.runner.stop();
    expect(await two.jobs.cancel(viewer, id)).toBe(false);
    expect([one.finished, two.finished]).toEqual([[], [`${id} CANCELED`]]);
    expect(await findJob(database().read, 'ac', id)).toMatchObject({ status: 'CANCELED', progress: 2, owner: null });
    expect(await counted(database(), id)).toBe(2);
    const audit = await listAuditEntries(database().read, 'ac', { subject: id });
    expect(audit.edges.map(({ node }) => [node.actor, node.details])).toEqual([
      ['Ada', { status: 'CANCELED', total: 6, counted: 2 }],
    ]);
  });
});
