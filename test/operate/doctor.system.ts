import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnv } from '../../src/config/env.js';
import { loadKeyRing } from '../../src/config/key-ring.js';
import { examine, type Finding } from '../../src/operate/doctor.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { checkKeyRing, createVault } from '../../src/store/vault.js';
import { createMigratedDatabase } from '../support/databases.js';
import { migratedDatabase } from '../support/migrated.js';
import { type Postgres, startPostgres } from '../support/postgres.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');

let scratch: string;
/** The folder of a server in order. */
let sound: string;
let postgres: Postgres;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hookswitch-doctor-'));
  sound = await mkdtemp(join(scratch, 'sound-'));
  await writeFile(join(sound, 'hookswitch.db'), await migratedDatabase(), { mode: 0o600 });
  await inDatabase(sound, ({ write }) =>
    checkKeyRing(write, createVault(loadKeyRing(readEnv({ DATA_DIR: sound }), false).keys), NOW),
  );
  postgres = await startPostgres();
});
afterAll(async () => {
  if ('url' in postgres) await postgres.stop();
  await rm(scratch, { recursive: true });
});

async function inDatabase(folder: string, work: (database: Database) => Promise<unknown>): Promise<void> {
  await using database = openDatabase({ url: join(folder, 'hookswitch.db'), readers: 1 });
  await work(database);
}

async function copy(): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'broken-'));
  await cp(sound, folder, { recursive: true });
  return folder;
}

type Settings = Record<string, string>;
/** With PostgreSQL the key ring must be named. */
const SHARED = { KEY_RING: `k1:${Buffer.alloc(32).toString('base64')}` };
const settingsOf = (folder: string, more: Settings): Settings => ({
  DATA_DIR: folder,
  PORT: '0',
  MIN_FREE_DISK_MB: '0',
  OUTBOUND_ALLOW_HTTP: 'true',
  OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
  ...more,
});
const lookAt = (folder: string, more: Settings = {}, reach: string | null = null): Promise<Finding[]> =>
  examine({ settings: () => readEnv(settingsOf(folder, more)), reach, now: NOW });
const problemsIn = (findings: Finding[]) =>
  findings.filter(({ ok }) => !ok).map(({ what, says }) => `${what}: ${says}`);

interface Listening extends AsyncDisposable {
  port: number;
}
/** A server of somebody else that answers everything, with this `Date`. */
async function listening(body = 'hello', date = new Date()): Promise<Listening> {
  const server = createServer((_request, response) => {
    response.sendDate = false;
    response.setHeader('date', date.toUTCString()).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

describe('the doctor', () => {
  it('finds nothing wrong where nothing is', async () => {
    await using outside = await listening();
    expect(problemsIn(await lookAt(sound, {}, `http://127.0.0.1:${outside.port}/`))).toEqual([]);
  });

  it.each<[string, (folder: string) => Promise<Settings | undefined>, RegExp]>([
    [
      'a missing key ring',
      async (folder) => void (await rm(join(folder, 'key-ring'))),
      /^key ring: .*is missing.*Restore/,
    ],
    [
      'a key ring that everybody may read',
      async (folder) => void (await chmod(join(folder, 'key-ring'), 0o644)),
      /^key ring: .*mode 644.*chmod 600/,
    ],
    [
      'another key under the same name',
      async (folder) =>
        void (await writeFile(join(folder, 'key-ring'), `k1:${Buffer.alloc(32).toString('base64')}`, { mode: 0o600 })),
      /^key ring: .*"?k1"?/,
    ],
    [
      'a key ring that is none',
      async (folder) => void (await writeFile(join(folder, 'key-ring'), 'hello', { mode: 0o600 })),
      /^key ring: Entry 1 .* is not "id:base64/,
    ],
    [
      'a schema of a newer version',
      async (folder) =>
        inDatabase(folder, ({ write }) =>
          write('knex_migrations').insert({ name: '20991231000000_later', batch: 9, migration_time: 0 }),
        ).then(() => undefined),
      /^database: A newer version .*20991231000000_later/,
    ],
    [
      'a schema of an older version',
      async (folder) =>
        inDatabase(folder, async ({ write }) => {
          const last = await write('knex_migrations').max('id as id').first();
          await write('knex_migrations').where('id', last?.id).delete();
        }).then(() => undefined),
      /^database: 1 migrations? .*hookswitch migrate/,
    ],
    [
      'a database that is no database',
      async (folder) => void (await writeFile(join(folder, 'hookswitch.db'), 'x'.repeat(8192))),
      /^database: .*is damaged \(SQLITE_NOTADB\).*restore/,
    ],
    [
      'a database that was cut off',
      async (folder) => void (await truncate(join(folder, 'hookswitch.db'), 64 * 1024)),
      /^database: .*is damaged.*restore/,
    ],
    ['no database', async (folder) => void (await rm(join(folder, 'hookswitch.db'))), /^database: There is none/],
    ['no folder', async (folder) => void (await rm(folder, { recursive: true })), /^disk: .* is not there/],
    ['little space', async () => ({ MIN_FREE_DISK_MB: '1000000' }), /^disk: .*Make room/],
    ['a setting that cannot be', async () => ({ PORT: 'eighty' }), /^settings: [\s\S]*PORT/],
    ['an address of another machine', async () => ({ HOST: '192.0.2.1' }), /^port: 192.0.2.1 .*Set HOST/],
  ])('names %s, and what to do', async (_what, damage, says) => {
    const folder = await copy();
    const problems = problemsIn(await lookAt(folder, await damage(folder)));
    expect(problems[0]).toMatch(says);
    // What is not there cannot be looked at further.
    expect(problems.slice(1).filter((problem) => !problem.includes('There is none'))).toEqual([]);
  });

  it('names a port that another program has, not one that Hookswitch answers on', async () => {
    await using other = await listening();
    await using own = await listening('{"status":"ok"}');
    expect(problemsIn(await lookAt(sound, { PORT: String(other.port) }))).toEqual([
      `port: ${other.port} at 127.0.0.1 is in use by another program. Stop that, or set PORT.`,
    ]);
    expect(problemsIn(await lookAt(sound, { METRICS_PORT: String(other.port) }))).toEqual([
      `port of metrics: ${other.port} at 127.0.0.1 is in use by another program. Stop that, or set METRICS_PORT.`,
    ]);
    expect(problemsIn(await lookAt(sound, { PORT: String(own.port) }))).toEqual([]);
  });

  it('names a database that another program keeps locked', async () => {
    const folder = await copy();
    await inDatabase(folder, async ({ write }) => {
      await write.raw('begin immediate');
      expect(problemsIn(await lookAt(folder))).toEqual([
        expect.stringMatching(/^database: .*is locked by another program/),
      ]);
      await write.raw('rollback');
    });
  });

  it('names a clock that is off, and an outside that is not reached', async () => {
    await using outside = await listening('hello', new Date(Date.now() - 10 * 60_000));
    expect(problemsIn(await lookAt(sound, {}, `http://127.0.0.1:${outside.port}/`))).toEqual([
      expect.stringMatching(/^clock: It is (599|600|601) s off\. Set it by NTP/),
    ]);
    expect(problemsIn(await lookAt(sound, {}, 'http://127.0.0.1:1/'))).toEqual([
      expect.stringMatching(/^outside: 127\.0\.0\.1:1 is not reached: .*OUTBOUND_PROXY/),
    ]);
  });

  it('names a PostgreSQL that is not reached', async () => {
    expect(
      problemsIn(await lookAt(sound, { ...SHARED, DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/hooks' })),
    ).toEqual([expect.stringMatching(/^database: PostgreSQL at 127\.0\.0\.1:1 is not reached \(ECONNREFUSED\)/)]);
  });

  it('says that SQLite has one process, and when PostgreSQL gives fewer connections than the workers may need', async (context) => {
    expect(problemsIn(await lookAt(sound, { WORKERS: '2' }))).toEqual([
      expect.stringMatching(/WORKERS: a SQLite database has one process/),
    ]);
    if ('skipped' in postgres) return context.skip(postgres.skipped);
    const scratch = await createMigratedDatabase();
    const problems = problemsIn(await lookAt(sound, { ...SHARED, WORKERS: '64', DATABASE_URL: scratch.url }));
    await scratch.drop();
    expect(problems).toEqual([
      expect.stringMatching(
        /^database: WORKERS=64 may need 1040 connections, 16 a process, and PostgreSQL gives \d+\./,
      ),
    ]);
  });

  it('names a PostgreSQL without the database, and one that refuses the password, but never the password', async (context) => {
    if ('skipped' in postgres) return context.skip(postgres.skipped);
    const url = new URL(postgres.url);
    const missing = new URL(url);
    missing.pathname = '/nowhere';
    expect(problemsIn(await lookAt(sound, { ...SHARED, DATABASE_URL: String(missing) }))).toEqual([
      expect.stringMatching(/^database: PostgreSQL at \S+ has no database "nowhere"/),
    ]);
    const [problem = ''] = problemsIn(
      await lookAt(sound, { ...SHARED, DATABASE_URL: `postgres://ada:secret@${url.host}/postgres` }),
    );
    expect(problem).toMatch(/^database: PostgreSQL at \S+ refuses the user "ada"/);
    expect(problem).not.toContain('secret');
  });

  it('names a folder that may not be written', async () => {
    const folder = await copy();
    const isRoot = process.getuid?.() === 0;
    const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};
    await chmod(scratch, 0o755);
    if (isRoot) for (const name of ['hookswitch.db', 'key-ring']) await chown(join(folder, name), 65534, 65534);
    await chmod(folder, 0o555);
    const program = fileURLToPath(new URL('../../dist/bundle/server/hookswitch.js', import.meta.url));
    const said = await new Promise<string>((resolve) =>
      execFile(
        process.execPath,
        [program, 'doctor', '--no-reach', '--json'],
        { ...nobody, cwd: dirname(program), env: settingsOf(folder, {}) },
        (_error, stdout, stderr) => resolve(stdout || stderr),
      ),
    );
    expect(problemsIn(JSON.parse(said))).toEqual([
      expect.stringMatching(/^disk: .* cannot be written\. Give the user/),
      expect.stringMatching(
        /^database: .*hookswitch\.db cannot be written \(SQLITE_\w+\)\. Give the user.* its folder/,
      ),
    ]);
    await chmod(folder, 0o755);
  });
});
