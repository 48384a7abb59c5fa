import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationSource } from '../../migrations/index.js';
import { createCommitQueue } from '../../src/store/commit-queue.js';
import { type CommitThread, startCommitThread } from '../../src/store/commit-thread.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrate } from '../../src/store/migrate.js';
import type { Unit } from '../../src/store/unit.js';

const TIMES = { now: 1_000, leaseEnd: 61_000, keysForgottenBefore: 0 };

const unitOf = (id: string): Unit => ({
  conversation: { id: 'cv-1', accountId: 'ac', channelId: 'ch', userId: 'u', groupId: '', at: 1_000 },
  turn: {
    id,
    conversationId: 'cv-1',
    channelId: 'ch',
    traceId: 't',
    status: 'QUEUED',
    input: '{"text":"ü🙂"}',
    replies: null,
    outcome: null,
    resume: null,
    error: null,
    trace: null,
    createdAt: 1_000,
    finishedAt: null,
  },
  counts: { channelId: 'ch', refused: 2, refusals: [['NOT_FOUND', 2]] },
});

describe('the commit thread', () => {
  let folder: string;
  let database: Database;
  let thread: CommitThread;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-thread-'));
    const databaseFile = join(folder, 'test.db');
    database = openDatabase({ url: databaseFile });
    await migrate(database.write, migrationSource);
    thread = startCommitThread(database.write, { databaseFile, owner: 'p1', works: ['IN', 'OUT'] });
  });
  afterAll(async () => {
    await thread.close();
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('writes a batch, leases its lanes to the process, and everybody can read it', async () => {
    const outcomes = await thread.write([unitOf('tn-1'), unitOf('tn-2')], TIMES);
    expect(outcomes).toEqual([
      { status: 'committed', inbound: { firstSeq: 1, lease: { laneId: 'cv-1:in', epoch: 1 }, backlog: 0 } },
      { status: 'committed', inbound: { firstSeq: 2, lease: { laneId: 'cv-1:in', epoch: 1 }, backlog: 1 } },
    ]);
    expect(await database.read('turns').orderBy('seq').select('id', 'input')).toEqual([
      { id: 'tn-1', input: '{"text":"ü🙂"}' },
      { id: 'tn-2', input: '{"text":"ü🙂"}' },
    ]);
    expect(await database.read('channel_refusals').select('reason', 'count')).toEqual([
      { reason: 'NOT_FOUND', count: 4 },
    ]);
  });

  it("tells the driver's code of a batch that cannot be written, leaves nothing of it, and goes on", async () => {
    await expect(thread.write([unitOf('tn-3'), unitOf('tn-1')], TIMES)).rejects.toMatchObject({
      code: 'SQLITE_CONSTRAINT',
    });
    expect(await database.read('turns').where({ id: 'tn-3' })).toEqual([]);
    expect(await thread.write([unitOf('tn-4')], TIMES)).toMatchObject([{ status: 'committed' }]);
  });

  it('takes turns with whoever else writes: neither finds the database locked', async () => {
    let written: ReturnType<CommitThread['write']> | undefined;
    const slow = database.write.transaction(async (trx) => {
      await trx('conversations').first('id'); // SQLite lets nobody write on what has changed since it was read
      written = thread.write([unitOf('tn-5')], TIMES);
      for (let read = 0; read < 50; read += 1) await database.read('turns').first('id'); // enough for a hasty write
      await trx('conversations').where({ id: 'cv-1' }).update({ user_id: 'renamed' });
      return trx('conversations').where({ id: 'cv-1' }).first('user_id');
    });
    expect(await slow).toEqual({ user_id: 'renamed' });
    expect(await written).toMatchObject([{ status: 'committed' }]);
  });

  it('that has ended makes the queue give up: nothing more is acknowledged', async () => {
    const fatal: Error[] = [];
    const queue = createCommitQueue({
      write: thread.write,
      times: () => TIMES,
      onFatal: (error) => fatal.push(error),
    });
    await thread.close();
    await expect(queue.commit(unitOf('tn-6'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(fatal).toMatchObject([{ code: 'COMMIT_THREAD_LOST' }]);
    expect(await database.read('turns').where({ id: 'tn-6' })).toEqual([]);
  });
});
