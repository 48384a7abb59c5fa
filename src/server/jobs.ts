import { randomUUID } from 'node:crypto';
import { createCheckJob } from '../checks/check-job.js';
import type { CheckDone, CheckWork } from '../checks/checker.js';
import { createArchives } from '../domain/bots/transfer/archives.js';
import { createExportJob, createImportJob } from '../domain/bots/transfer/transfer-jobs.js';
import type { Domain } from '../domain/domain.js';
import type { Events } from '../events.js';
import type { Attachments } from '../files/attachments.js';
import { createTransferFiles } from '../files/transfer-files.js';
import { createErasureJob, type ErasureJobDeps } from '../history/erasure-job.js';
import type { JobKind } from '../jobs/job.js';
import { createJobRunner, type JobRunner } from '../jobs/job-runner.js';
import type { BackgroundShare } from '../load/background-share.js';
import { createReplayJob } from '../outbox/replay-job.js';
import type { Routes } from '../routing/routes.js';
import { deliveryStore } from '../store/tables/delivery-store.js';
import { releaseJobs } from '../store/tables/jobs.js';
import { createThread, type Thread } from '../thread.js';
import { type Clock, MINUTE, SECOND } from '../time.js';
import type { CheckWorkerData } from './check-worker.js';
import type { Loop } from './loop.js';
import type { Storage } from './storage.js';

/** Milliseconds between two looks for jobs that nobody works on; one that is started here is taken up at once. */
const LOOK_EVERY_MS = 1 * SECOND;

/** Milliseconds between two looks at what canaries show. */
const CANARIES_EVERY_MS = 1 * MINUTE;

export interface JobsDeps {
  clock: Clock;
  events: Events;
  storage: Pick<Storage, 'database' | 'lanes' | 'queue' | 'vault'>;
  domain: Pick<Domain, 'transfer' | 'appScopes' | 'canaries'>;
  attachments: Attachments;
  sessions: ErasureJobDeps['sessions'];
  removeFiles: ErasureJobDeps['removeFiles'];
  routes: Routes;
  publicUrl: string;
  leaseMs: number;
  load: Pick<BackgroundShare, 'share'>;
  tryNow(channelIds: string[]): void;
  loop(name: string, everyMs: number, work: () => Promise<unknown>): Loop;
}

export interface Jobs {
  /** The thread that runs recorded turns again. */
  checks: Pick<Thread<CheckWork, CheckDone>, 'run'>;
  kinds: readonly JobKind[];
  runner: JobRunner;
  stop(): Promise<void>;
}

/** Starts to work on jobs, also on those that a former process has left. */
export async function startJobs(deps: JobsDeps): Promise<Jobs> {
  const { clock, events, storage, routes, domain, attachments, sessions, removeFiles, leaseMs, load, tryNow, loop } =
    deps;
  const { database, lanes, queue, vault } = storage;
  const deliveries = deliveryStore(database.dialect);
  const archives = createArchives();
  const transfers = { ...domain, files: createTransferFiles(attachments), archives };
  const workerData: CheckWorkerData = { publicUrl: deps.publicUrl };
  const checks = createThread<CheckWork, CheckDone>(new URL('./check-worker.js', import.meta.url), { workerData });
  const kinds: readonly JobKind[] = [
    createReplayJob({ database, lanes, deliveries, routes, clock, leaseMs, tryNow }),
    createImportJob(transfers),
    createExportJob(transfers),
    createErasureJob({ database, vault, queue, sessions, removeFiles, clock }),
    createCheckJob({ database, vault, thread: checks, clock, load }) as JobKind, // the row holds what this kind has written
  ];
  // One process owns a SQLite file: whatever a former one had is free.
  if (database.dialect === 'sqlite') await releaseJobs(database.write);
  const runner = createJobRunner({ database, clock, events, kinds, owner: randomUUID(), leaseMs });
  loop('jobs', LOOK_EVERY_MS, runner.claim).trigger();
  loop('canaries', CANARIES_EVERY_MS, domain.canaries.decide);
  return {
    checks,
    kinds,
    runner,
    async stop() {
      const stopped = runner.stop();
      await Promise.all([checks.close(), archives.close()]); // what they were doing is done again
      await stopped;
    },
  };
}
