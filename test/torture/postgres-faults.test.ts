import { Client } from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { countingBot } from '../../bench/counting-bot.js';
import { createLiveBot } from '../../bench/live-bot.js';
import { type History, violations } from '../../bench/torture/history.js';
import { startSink } from '../../bench/torture/sink.js';
import { startTalkers } from '../../bench/torture/talkers.js';
import { startTestApp } from '../support/app.js';
import { createScratchDatabase } from '../support/scratch-database.js';

const postgres = inject('postgres');

describe.skipIf('skipped' in postgres)('a PostgreSQL that cuts its connections', () => {
  it('costs no message and no order, and the server goes on by itself', { timeout: 120_000 }, async () => {
    const scratch = await createScratchDatabase('url' in postgres ? postgres.url : '');
    const admin = new Client({ connectionString: scratch.url });
    await admin.connect();
    const history: History = { sends: [], receipts: [] };
    let now = 0;
    const tick = () => ++now;
    const sink = await startSink(history.receipts, tick, Math.random);
    const app = await startTestApp({
      env: { DATABASE_URL: scratch.url, KEY_RING: `k1:${Buffer.alloc(32, 7).toString('base64')}` },
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
    for (let cut = 1; cut <= 5; cut += 1) {
      const before = history.sends.length;
      while (history.sends.length < before + 40) await new Promise((resolve) => setImmediate(resolve));
      await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    }
    await talkers.stop();
    const accepted = history.sends.filter(({ kind }) => kind === 'async').length;
    while (new Set(history.receipts.map(({ id }) => id)).size < accepted * 2)
      await new Promise((resolve) => setImmediate(resolve));
    expect(violations(history, 2)).toEqual([]);
    await app.remove();
    await sink.close();
    await admin.end();
    await scratch.drop();
  });
});
