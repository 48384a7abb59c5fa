import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { type CommitQueue, createCommitQueue } from '../../src/store/commit/commit-queue.js';
import type { Unit } from '../../src/store/commit/unit.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { createMigratedDatabase } from '../support/databases.js';
import type { ScratchDatabase } from '../support/scratch-database.js';
import { startWire, type Wire } from '../support/wire.js';

const QUERY_TIMEOUT_MS = 1_500;
const CONNECTIONS = 4;
const postgres = inject('postgres');

const turnOf = (id: string, status: 'QUEUED' | 'DONE' = 'QUEUED'): Unit => ({
  turn: {
    id,
    conversationId: 'cv',
    channelId: 'ch',
    traceId: 't',
    status,
    input: '{}',
    replies: null,
    outcome: null,
    resume: null,
    error: null,
    trace: null,
    createdAt: 1,
    finishedAt: null,
  },
});

describe.skipIf('skipped' in postgres)('a PostgreSQL behind a wire that goes silent', () => {
  let wire: Wire;
  let database: Database;
  let queue: CommitQueue;
  let scratch: ScratchDatabase;

  beforeEach(async () => {
    scratch = await createMigratedDatabase();
    wire = await startWire(scratch.url);
    database = openDatabase({ url: `${wire.url}?query_timeout=${QUERY_TIMEOUT_MS}`, readers: CONNECTIONS });
    queue = createCommitQueue({
      write: batchWriter(database.write, 'postgres', laneStore('postgres', 'p1')),
      times: () => ({ now: 1, leaseEnd: 60_001, keysForgottenBefore: 0 }),
      onFatal: () => expect.fail('a database that is away is no reason to end'),
    });
  });
  afterEach(async () => {
    await wire.close();
    await database[Symbol.asyncDispose]();
    await scratch.drop();
  });

  it('costs a batch one time limit, however many units it has', async () => {
    await queue.commit(turnOf('tn-first'));
    wire.goSilent();
    const begun = performance.now();
    const results = await Promise.allSettled(Array.from({ length: 200 }, (_, n) => queue.commit(turnOf(`tn-${n}`))));
    expect(performance.now() - begun).toBeLessThan(4 * QUERY_TIMEOUT_MS);
    const codes = results.map((result) => result.status === 'rejected' && result.reason.code);
    expect(new Set(codes)).toEqual(new Set(['UNAVAILABLE']));
    expect((await queue.commit(turnOf('tn-last'))).status).toBe('committed');
  });

  it('counts work once whose commit was carried out and not answered', async () => {
    const outcome = await queue.commit(turnOf('tn-1'));
    await queue.commit(turnOf('tn-2'));
    const lease = outcome.status === 'committed' ? outcome.inbound?.lease : null;
    if (!lease) throw new Error('no lease');
    wire.loseAnswerTo('tn-3');
    const lost = [queue.commit({ settle: { ...lease, done: 1, dueAt: null } }), queue.commit(turnOf('tn-3', 'DONE'))];
    const results = await Promise.allSettled(lost);
    expect(results).toMatchObject([{ reason: { code: 'UNAVAILABLE' } }, { reason: { code: 'UNAVAILABLE' } }]);
    expect(await database.read('turns').orderBy('seq').pluck('id')).toEqual(['tn-1', 'tn-2', 'tn-3']);
    expect(await database.read('lanes').pluck('pending')).toEqual([1]);
  });

  it('is found again by the next query, whose connection is a new one', async () => {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => database.read.raw('select pg_sleep(0.1)')));
    const before = wire.connections;
    expect(before).toBe(CONNECTIONS);
    wire.goSilent();
    await expect(database.read.raw('select 1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const begun = performance.now();
    for (let count = 0; count < 10; count += 1) await database.read.raw('select 1');
    expect(performance.now() - begun).toBeLessThan(QUERY_TIMEOUT_MS);
    expect(wire.connections).toBe(before + 1);
  });

  it('lets go of what a connection held that went silent within a transaction, for those who are still there', {
    timeout: 30_000,
  }, async () => {
    await queue.commit(turnOf('tn-1'));
    await using direct = openDatabase({ url: scratch.url });
    const trx = await database.write.transaction();
    await trx('lanes').update({ pending: 7 });
    wire.goSilent();
    const begun = performance.now();
    await direct.write('lanes').update({ pending: 8 });
    expect(performance.now() - begun).toBeLessThan(10_000);
    await expect(trx('lanes').select('id')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await trx.rollback().catch(() => {});
  });
});
