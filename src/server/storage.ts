import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { migrationSource } from '../../migrations/index.js';
import type { Env } from '../config/env.js';
import { loadKeyRing } from '../config/key-ring.js';
import { bootstrap } from '../domain/bootstrap.js';
import type { Events } from '../events.js';
import { databaseFileIn } from '../load/overload.js';
import { batchWriter } from '../store/commit/batch-writer.js';
import { type CommitQueue, createCommitQueue } from '../store/commit/commit-queue.js';
import { startCommitThread } from '../store/commit/commit-thread.js';
import type { UnitTimes } from '../store/commit/unit.js';
import { type Database, openDatabase } from '../store/database/database.js';
import { isFatal } from '../store/database/failures.js';
import { migrateDatabase } from '../store/database/migrate.js';
import { oneStarterAtATime } from '../store/database/one-starter.js';
import { becomeSoleOwner } from '../store/database/sole-owner.js';
import { type LaneStore, laneStore } from '../store/tables/lanes.js';
import { forgetProcess } from '../store/tables/processes.js';
import { checkKeyRing, createVault, hasSealedSecrets, type Vault } from '../store/vault.js';
import { type Clock, DAY } from '../time.js';
import type { Lifecycle } from './lifecycle.js';

/** How long an idempotency key is remembered. */
export const KEYS_KEPT_MS = 1 * DAY;

export interface Storage {
  database: Database;
  /** The SQLite file; null on PostgreSQL. */
  databaseFile: string | null;
  vault: Vault;
  /** This process: the id under which it holds leases and reports. */
  owner: string;
  lanes: LaneStore;
  queue: CommitQueue;
  /** Times of leases and keys, for writes outside the queue. */
  times(): UnitTimes;
  /** Told once, at the very first start without BOOTSTRAP_ADMIN_TOKEN. */
  adminToken: string | null;
  migrations: number;
}

export interface StorageDeps {
  env: Env;
  clock: Clock;
  events: Events;
  lifecycle: Lifecycle;
  leaseMs: number;
  around?: ((real: Database) => Database) | undefined;
  /** Batches are written in a thread of their own (SQLite). */
  commitThread: boolean;
  onFatal(error: Error): void;
}

/** Opens the database, brings it up to date, checks the keys, and makes the first ADMIN on an empty one. */
export async function openStorage(deps: StorageDeps): Promise<Storage> {
  const { env, clock, lifecycle, leaseMs } = deps;
  makeFolder(env.DATA_DIR);
  const databaseFile = env.DATABASE_URL === undefined ? databaseFileIn(env.DATA_DIR) : null;
  if (databaseFile !== null) {
    const owner = await becomeSoleOwner(databaseFile);
    lifecycle.add('data folder', async () => owner[Symbol.asyncDispose]());
  }
  const url = env.DATABASE_URL ?? databaseFileIn(env.DATA_DIR);
  const opened = openDatabase({ url });
  lifecycle.add('database', () => opened[Symbol.asyncDispose]());
  // Also under a change of an admin: the next fsync would say that all is well.
  opened.write.on('query-error', (error: unknown) => {
    if (isFatal(error)) deps.onFatal(error);
  });
  const database = deps.around?.(opened) ?? opened;
  const { applied, vault, adminToken } = await oneStarterAtATime(database, async () => {
    const applied = await migrateDatabase(database, url, migrationSource);
    const vault = createVault(loadKeyRing(env, await hasSealedSecrets(database.read)).keys);
    await checkKeyRing(database.write, vault, clock.now());
    return { applied, vault, adminToken: await bootstrap({ database, clock }, env.BOOTSTRAP_ADMIN_TOKEN) };
  });

  const { dialect } = database;
  const directions = [
    ...(env.ROLES.includes('ingress') ? (['IN'] as const) : []),
    ...(env.ROLES.includes('dispatcher') ? (['OUT'] as const) : []),
  ];
  const owner = randomUUID();
  const lanes = laneStore(dialect, owner, directions);
  if (databaseFile !== null) await lanes.releaseAll(database.write, clock.now());
  else lifecycle.add('presence', async () => void (await forgetProcess(database.write, owner).catch(() => {})));
  const queueDeps = {
    times: () => {
      const now = clock.now();
      return { now, leaseEnd: now + leaseMs, keysForgottenBefore: now - KEYS_KEPT_MS };
    },
    onFatal: deps.onFatal,
    onBatch: deps.events.batchCommitted,
  };
  const inThread = databaseFile !== null && deps.commitThread;
  const thread = inThread
    ? startCommitThread({ ...queueDeps, write: database.write }, { databaseFile, owner, directions })
    : null;
  if (thread) lifecycle.add('commit thread', () => thread.close());
  const queue = thread ?? createCommitQueue({ ...queueDeps, write: batchWriter(database.write, dialect, lanes) });
  lifecycle.add('commit queue', () => queue.drained());
  return {
    database,
    databaseFile,
    vault,
    owner,
    lanes,
    queue,
    times: queueDeps.times,
    adminToken,
    migrations: applied.length,
  };
}

/** Readable by its owner only. Throws an Error that says what to do. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The folder ${folder} cannot be made: ${why}. Set DATA_DIR to one that can.`, { cause });
  }
}
