import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommitThread, startCommitThread } from '../../src/store/commit/commit-thread.js';
import type { Unit, UnitOutcome } from '../../src/store/commit/unit.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { refusalsBetween } from '../../src/store/tables/channel-metric-sums.js';
import { migratedDatabase } from '../support/migrated.js';

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
  const fatal: Error[] = [];
  const batches: number[] = [];

  const start = (databaseFile: string) =>
    startCommitThread(
      {
        write: database.write,
        times: () => TIMES,
        onFatal: (error) => fatal.push(error),
        onBatch: (units) => batches.push(units),
      },
      { databaseFile, owner: 'p1', directions: ['IN', 'OUT'] },
    );
  const commit = (...ids: string[]) => Promise.allSettled(ids.map((id) => thread.commit(unitOf(id))));

  beforeEach(async () => {
    fatal.length = 0;
    batches.length = 0;
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-thread-'));
    const databaseFile = join(folder, 'test.db');
    await writeFile(databaseFile, await migratedDatabase());
    database = openDatabase({ url: databaseFile });
    thread = start(databaseFile);
  });
  afterEach(async () => {
    await thread.close();
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('writes what follows a first batch that the database refuses', async () => {
    const outcomes = await commit('tn-1', 'tn-1', 'tn-2'); // a primary key twice
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await commit('tn-3')).toMatchObject([{ status: 'fulfilled' }]);
  });

  it('writes what one round brings as one batch, leases its lanes to the process, and everybody can read it', async () => {
    const outcomes = await Promise.all(['tn-1', 'tn-2'].map((id) => thread.commit(unitOf(id))));
    expect(outcomes).toEqual([
      { status: 'committed', inbound: { firstSeq: 1, lease: { laneId: 'cv-1:in', epoch: 1 }, backlog: 0 } },
      { status: 'committed', inbound: { firstSeq: 2, lease: { laneId: 'cv-1:in', epoch: 1 }, backlog: 1 } },
    ]);
    expect(batches).toEqual([2]);
    expect(await database.read('turns').orderBy('seq').select('id', 'input')).toEqual([
      { id: 'tn-1', input: '{"text":"ü🙂"}' },
      { id: 'tn-2', input: '{"text":"ü🙂"}' },
    ]);
    expect(await refusalsBetween(database.read, ['ch'], 0, 1)).toEqual(
      new Map([['ch', [{ reason: 'NOT_FOUND', fault: null, count: 4 }]]]),
    );
  });

  it("tells the driver's code of a unit that cannot be written, writes its neighbours, and goes on", async () => {
    await commit('tn-1');
    expect(await commit('tn-3', 'tn-1')).toMatchObject([
      { value: { status: 'committed' } },
      { reason: { code: 'SQLITE_CONSTRAINT' } },
    ]);
    expect(await database.read('turns').where({ id: 'tn-3' })).toHaveLength(1);
    expect(await commit('tn-4')).toMatchObject([{ value: { status: 'committed' } }]);
  });

  it('takes turns with whoever else writes: neither finds the database locked', async () => {
    await commit('tn-1');
    let written: Promise<UnitOutcome> | undefined;
    const slow = database.write.transaction(async (trx) => {
      await trx('conversations').first('id'); // SQLite lets nobody write on what has changed since it was read
      written = thread.commit(unitOf('tn-5'));
      for (let read = 0; read < 50; read += 1) await database.read('turns').first('id'); // enough for a hasty write
      await trx('conversations').where({ id: 'cv-1' }).update({ user_id: 'renamed' });
      return trx('conversations').where({ id: 'cv-1' }).first('user_id');
    });
    expect(await slow).toEqual({ user_id: 'renamed' });
    expect(await written).toMatchObject({ status: 'committed' });
  });

  it('lets others write while there is always something to commit', async () => {
    await commit('tn-1');
    const waited: number[] = []; // batches
    let going = true;
    let committed = 0;
    const talk = async (name: string) => {
      for (let n = 0; going; n += 1) {
        if (thread.depth() < 50) void thread.commit(unitOf(`tn-${name}-${n}`)).then(() => (committed += 1));
        await new Promise((resolve) => setImmediate(resolve)); // the next is on its way before this one is answered
      }
    };
    const talkers = ['a', 'b', 'c'].map(talk);
    for (let change = 0; change < 20; change += 1) {
      const before = batches.length;
      await database
        .write('conversations')
        .where({ id: 'cv-1' })
        .update({ user_id: `renamed ${change}` });
      waited.push(batches.length - before);
    }
    going = false;
    await Promise.all(talkers);
    await thread.drained();
    expect(committed).toBeGreaterThan(50);
    expect(Math.max(...waited)).toBeLessThanOrEqual(3); // one under way, one behind it, and one that came first
    expect(await database.read('conversations').pluck('user_id')).toEqual(['renamed 19']);
  });

  it('is drained once every unit has been answered', async () => {
    const answered: string[] = [];
    for (const id of ['tn-6', 'tn-7']) void thread.commit(unitOf(id)).then(() => answered.push(id));
    expect(thread.depth()).toBe(2);
    await thread.drained();
    expect(answered).toEqual(['tn-6', 'tn-7']);
    await thread.drained();
  });

  it('that fails gives up: nothing more is acknowledged, and the process is told', async () => {
    const broken = start(folder); // a folder is no database
    const waiting = broken.commit(unitOf('tn-8'));
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(broken.commit(unitOf('tn-9'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(fatal).toMatchObject([{ code: 'SQLITE_CANTOPEN' }]);
    await broken.drained();
    await broken.close();
  });

  it('that ends by itself gives up, too', async () => {
    const broken = start(7 as never); // no path at all: the thread throws
    await expect(broken.commit(unitOf('tn-10'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(fatal.at(-1)).toMatchObject({ code: 'COMMIT_THREAD_LOST' });
    expect(await commit('tn-11')).toMatchObject([{ value: { status: 'committed' } }]);
  });

  it('that was closed takes nothing more', async () => {
    const before = fatal.length;
    await thread.close();
    await expect(thread.commit(unitOf('tn-12'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(fatal).toHaveLength(before);
    expect(await database.read('turns').where({ id: 'tn-12' })).toEqual([]);
  });
});
