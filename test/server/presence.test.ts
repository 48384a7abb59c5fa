import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrationSource } from '../../migrations/index.js';
import { createPresence } from '../../src/server/presence.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { migrate } from '../../src/store/database/migrate.js';
import { createTestClock } from '../support/clock.js';
import { createScratchDatabase } from '../support/scratch-database.js';

const postgres = inject('postgres');

describe.skipIf('skipped' in postgres)('the processes on one PostgreSQL', () => {
  let database: Database;
  let scratch: Awaited<ReturnType<typeof createScratchDatabase>>;

  beforeAll(async () => {
    scratch = await createScratchDatabase('url' in postgres ? postgres.url : '');
    database = openDatabase({ url: scratch.url });
    await migrate(database.write, migrationSource);
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await scratch.drop();
  });

  const lease = (id: string, owner: string | null, due: number) =>
    database.write('lanes').insert({
      id,
      direction: id.endsWith(':in') ? 'IN' : 'OUT',
      conversation_id: id,
      channel_id: 'ch',
      next_seq: 2,
      pending: 1,
      due,
      epoch: 1,
      owner,
    });
  const dueOf = async (id: string) => {
    const row = await database.read('lanes').where({ id }).first<{ due: number }>('due');
    return Number(row?.due);
  };
  const silent = (id: string, ms: number) =>
    database
      .write('processes')
      .where({ id })
      .update({ seen_at: Date.now() - ms });

  it('take over the lanes of one that has said nothing for five seconds, and of no other', async () => {
    const clock = createTestClock();
    const later = clock.now() + 60_000;
    const presence = createPresence(database, clock, 'alive');
    await createPresence(database, clock, 'dead')();
    await createPresence(database, clock, 'slow')();
    await lease('d1:out', 'dead', later);
    await lease('d2:in', 'dead', later);
    await lease('s1:out', 'slow', later);
    await lease('r1:out', null, later);
    await silent('dead', 60_000);
    await silent('slow', 4_000);
    await presence();
    expect(await dueOf('d1:out')).toBe(later); // it has only just begun to watch
    for (let second = 0; second < 6; second += 1) {
      clock.advance(1_000);
      await silent('slow', 4_000);
      await presence();
    }
    expect(await dueOf('d1:out')).toBeLessThan(later);
    expect(await dueOf('d2:in')).toBeLessThan(later);
    expect(await dueOf('s1:out')).toBe(later);
    expect(await dueOf('r1:out')).toBe(later);
    expect(await database.read('processes').where({ id: 'dead' })).toEqual([]);
  });

  it('take nothing over after a silence of their own, until the others had time to be seen', async () => {
    const clock = createTestClock();
    const later = clock.now() + 3_600_000;
    const presence = createPresence(database, clock, 'watching');
    const beats = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000);
        await presence();
      }
    };
    await beats(7);
    await createPresence(database, clock, 'other')();
    await lease('o1:out', 'other', later);
    clock.advance(30_000); // the database was away from both
    await silent('other', 30_000);
    await presence();
    await beats(3);
    expect(await dueOf('o1:out')).toBe(later);
    await beats(3);
    expect(await dueOf('o1:out')).toBeLessThan(later);
  });
});
