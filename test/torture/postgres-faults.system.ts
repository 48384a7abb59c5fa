import { Client } from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { countingBot } from '../../bench/counting-bot.js';
import { createLiveBot } from '../../bench/live-bot.js';
import { type History, violations } from '../../bench/torture/history.js';
import { startSink } from '../../bench/torture/sink.js';
import { startTalkers } from '../../bench/torture/talkers.js';
import { startTestApp } from '../support/app.js';
import { createMigratedDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { startPostgres } from '../support/postgres.js';
import { startWire } from '../support/wire.js';

const postgres = inject('postgres');

describe.skipIf('skipped' in postgres)('a PostgreSQL', () => {
  it('that cuts its connections costs no message and no order, and the server goes on by itself', {
    timeout: 120_000,
  }, async () => {
    const scratch = await createMigratedDatabase();
    const admin = new Client({ connectionString: scratch.url });
    await admin.connect();
    await underLoad(scratch.url, () =>
      admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      ),
    );
    await admin.end();
    await scratch.drop();
  });

  it('whose connections go silent, half open, costs neither', { timeout: 120_000 }, async () => {
    const scratch = await createMigratedDatabase();
    const wire = await startWire(scratch.url);
    await underLoad(`${wire.url}?query_timeout=300`, async () => wire.goSilent());
    await wire.close();
    await scratch.drop();
  });

  it.skipIf(process.env.TEST_DATABASE_URL)(
    'that crashes and starts again costs neither',
    { timeout: 120_000 },
    async () => {
      const own = await startPostgres({ fsync: true }); // what it confirmed outlives its crash
      if ('skipped' in own) throw new Error(own.skipped);
      await underLoad(own.url, async () => {
        const admin = new Client({ connectionString: own.url });
        admin.on('error', () => {}); // its connection goes with all others
        await admin.connect();
        // A server takes a killed process of its own for a crash: it ends them all and recovers from its log.
        const { rows } = await admin.query<{ pid: number }>('select pg_backend_pid() as pid');
        const killed = admin.query(`copy (select 1) to program 'kill -9 ${rows[0]?.pid}'`);
        await expect(killed).rejects.toThrow(/terminated|57P0/);
      });
      await own.stop();
    },
  );
});

/** Sends messages while the fault happens five times, and checks that each is answered and delivered in its order. */
async function underLoad(databaseUrl: string, fault: () => Promise<unknown>): Promise<void> {
  const history: History = { sends: [], receipts: [] };
  let now = 0;
  const tick = () => ++now;
  const sink = await startSink(history.receipts, tick, Math.random);
  const app = await startTestApp({
    env: { DATABASE_URL: databaseUrl, KEY_RING: `k1:${Buffer.alloc(32, 7).toString('base64')}` },
    engines: countingBot(2),
    quickWaitsMs: [20, 100],
    leaseMs: 3_000,
  });
  const bot = await createLiveBot(app.url, [`${sink.url}/inbox`]);
  const talkers = startTalkers(
    {
      history,
      tick,
      random: Math.random,
      url: () => app.url,
      path: { sync: bot.sync, async: bot.async[0] ?? '' },
      headers: () => ({ authorization: bot.authorization }),
    },
    { async: 8, sync: 4, 'sync-without-key': 0 },
  );
  for (let count = 1; count <= 5; count += 1) {
    const before = history.sends.length;
    await eventually(() => history.sends.length >= before + 40);
    await fault();
  }
  await talkers.stop();
  const accepted = history.sends.filter(({ kind }) => kind === 'async').length;
  await eventually(
    () => new Set(history.receipts.map(({ id }) => id)).size,
    (posted) => posted >= accepted * 2,
  );
  expect(violations(history, 2)).toEqual([]);
  await app.remove();
  await sink.close();
}
