import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadDeliveries, openDeliveries } from '../../src/store/tables/delivery-counts.js';
import { deliveryStore } from '../../src/store/tables/delivery-store.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { turnStore } from '../../src/store/tables/turns.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';

describe('the open work of a conversation on SQLite', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await openSqliteTestDatabase();
  });
  afterAll(() => test.drop());

  /** How the database finds the rows of what is selected meanwhile. */
  async function planOf(work: () => Promise<unknown>): Promise<string> {
    const { read, write } = test.database;
    const asked: { sql: string; bindings: string[] }[] = [];
    const note = (query: { sql: string; bindings: string[] }) => void asked.push(query);
    for (const db of [read, write]) db.on('query', note);
    await work();
    for (const db of [read, write]) db.removeListener('query', note);
    const selects = asked.filter(({ sql }) => sql.startsWith('select'));
    const plans = selects.map(({ sql, bindings }) => read.raw(`explain query plan ${sql}`, bindings));
    return JSON.stringify(await Promise.all(plans));
  }

  it('is found over an index of what is open, however much has been done before', async () => {
    const { read, write } = test.database;
    const lanes = laneStore('sqlite', 'p1');
    await write('lanes').insert(
      (['IN', 'OUT'] as const).map((direction) => ({
        id: `cv-1:${direction}`,
        direction,
        conversation_id: 'cv-1',
        channel_id: 'ch',
        next_seq: 1,
        epoch: 1,
        owner: 'p1',
      })),
    );
    expect(await planOf(() => turnStore().open(read, 'cv-1', 5))).toContain('turns_open');
    expect(await planOf(() => deliveryStore('sqlite').heads(read, 'cv-1', 5))).toContain('deliveries_open');
    expect(await planOf(() => lanes.rest(write, { laneId: 'cv-1:IN', epoch: 1 }))).toContain('turns_open');
    expect(await planOf(() => lanes.rest(write, { laneId: 'cv-1:OUT', epoch: 1 }))).toContain('deliveries_open');
  });

  it('is counted by channel over the index alone, as are dead letters', async () => {
    const { read } = test.database;
    for (const channelIds of [['ch', 'other'], undefined]) {
      expect(await planOf(() => openDeliveries(read, channelIds))).toContain('COVERING INDEX deliveries_open');
    }
    expect(await planOf(() => deadDeliveries(read, ['ch', 'other']))).toContain('COVERING INDEX deliveries_dead');
  });
});
