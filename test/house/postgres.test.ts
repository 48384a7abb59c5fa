import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { describe, expect, inject, it, vi } from 'vitest';
import { startPostgres } from '../support/postgres.js';
import { createScratchDatabase } from '../support/scratch-database.js';

const postgres = inject('postgres');
const starter = fileURLToPath(new URL('../support/postgres.ts', import.meta.url));
const OWNER = `
  import { startPostgres } from ${JSON.stringify(starter)};
  console.log(JSON.stringify(await startPostgres()));
  setInterval(() => {}, 60_000);
`;

describe('the PostgreSQL of a test run', () => {
  it('lets two sessions claim different rows at the same time', async ({ skip }) => {
    if ('skipped' in postgres) return skip(postgres.skipped);
    const scratch = await createScratchDatabase(postgres.url);
    const [one, other] = [new Client(scratch.url), new Client(scratch.url)];
    try {
      await Promise.all([one.connect(), other.connect()]);
      await one.query('create table work as select generate_series(1, 2) as id');
      const claim = 'begin; select id from work order by id limit 1 for update skip locked';
      const claims = [await claimed(one, claim), await claimed(other, claim)];
      expect(claims).toEqual([1, 2]);
    } finally {
      await Promise.all([one.end(), other.end()]);
      await scratch.drop();
    }
  });

  it('takes back a scratch database that is still in use', async ({ skip }) => {
    if ('skipped' in postgres) return skip(postgres.skipped);
    const scratch = await createScratchDatabase(postgres.url);
    const client = new Client(scratch.url);
    await client.connect();
    const lost = cutOff(client);
    await scratch.drop();
    await lost;
    await expect(new Client(scratch.url).connect()).rejects.toThrow('does not exist');
  });

  it('goes with its folder when its owner is killed', async ({ skip }) => {
    const { TEST_DATABASE_URL: _, ...env } = process.env;
    const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', OWNER], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(owner.stdout), 'line');
    const { url, skipped } = JSON.parse(line);
    if (skipped) return skip(skipped);
    const client = new Client(url);
    await client.connect();
    const { rows } = await client.query('show data_directory');
    expect(existsSync(rows[0].data_directory)).toBe(true);

    const cut = cutOff(client);
    owner.kill('SIGKILL');
    await cut;
    await vi.waitUntil(() => !existsSync(dirname(rows[0].data_directory)), { timeout: 10_000 });
  });

  it('says why there is none', async () => {
    expect(await startPostgres({ env: {}, binaries: [] })).toEqual({ skipped: expect.stringContaining('PG_BIN') });
    expect(await startPostgres({ env: {}, binaries: [{ bin: '/nowhere' }] })).toEqual({
      skipped: expect.stringMatching(/^\/nowhere: .*ENOENT/),
    });
  });

  it('refuses to skip when PG_BIN names a folder without a server', async () => {
    await expect(startPostgres({ env: { PG_BIN: '/nowhere' } })).rejects.toThrow('PG_BIN');
  });
});

/** The driver reports a lost connection twice, so one `once` would leave an error without a listener. */
function cutOff(client: Client): Promise<unknown> {
  return new Promise((resolve) => client.on('error', resolve));
}

async function claimed(client: Client, sql: string): Promise<unknown> {
  // Several statements in one text: the driver answers with a result for each.
  const results = (await client.query(sql)) as unknown as { rows: { id: number }[] }[];
  return results[1]?.rows[0]?.id;
}
