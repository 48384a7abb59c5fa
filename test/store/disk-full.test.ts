import { expect, it } from 'vitest';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { createCommitQueue } from '../../src/store/commit/commit-queue.js';
import type { Unit } from '../../src/store/commit/unit.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { openSqliteTestDatabase } from '../support/databases.js';

const PAGES_LEFT = 40;

const unitOf = (n: number): Unit => ({
  turn: {
    id: `tn-${n}`,
    conversationId: `cv-${n % 10}`,
    channelId: 'ch',
    traceId: 't',
    status: 'DONE',
    input: JSON.stringify('x'.repeat(1_000)),
    replies: null,
    outcome: null,
    resume: null,
    error: null,
    trace: null,
    createdAt: n,
    finishedAt: n,
  },
});

it('stops at a full disk, and everything it had acknowledged is there', async () => {
  const { database, drop } = await openSqliteTestDatabase();
  const [{ page_count: pages }] = await database.write.raw('PRAGMA page_count');
  await database.write.raw(`PRAGMA max_page_count = ${pages + PAGES_LEFT}`);
  const fatal: Error[] = [];
  const queue = createCommitQueue({
    write: batchWriter(database.write, 'sqlite', laneStore('sqlite', 'p1')),
    times: () => ({ now: 0, leaseEnd: 0, keysForgottenBefore: 0 }),
    onFatal: (error) => fatal.push(error),
  });
  const acknowledged: string[] = [];
  const refused: unknown[] = [];
  for (let n = 0; fatal.length === 0; n += 1) {
    await queue.commit(unitOf(n)).then(
      () => acknowledged.push(`tn-${n}`),
      (error: unknown) => refused.push(error),
    );
  }
  expect(fatal).toMatchObject([{ code: 'SQLITE_FULL' }]);
  expect(refused).toMatchObject([{ code: 'UNAVAILABLE' }]);
  await expect(queue.commit(unitOf(0))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const stored = await database.read('turns').orderBy('created_at').pluck('id');
  expect(stored).toEqual(acknowledged);
  expect(acknowledged.length).toBeGreaterThan(0);
  await drop();
});
