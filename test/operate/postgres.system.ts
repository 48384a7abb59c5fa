import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readEnv } from '../../src/config/env.js';
import { backup } from '../../src/operate/backup.js';
import { examine } from '../../src/operate/doctor.js';
import { MANIFEST, type Manifest } from '../../src/operate/manifest.js';
import { restore } from '../../src/operate/restore.js';
import { createCaller, startTestApp } from '../support/app.js';
import { createMigratedDatabase } from '../support/databases.js';
import { echo, engineOf, type Line, openLine } from '../support/own-bot.js';
import { startPostgres } from '../support/postgres.js';
import { findPostgresBinaries } from '../support/postgres-binaries.js';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const ATTACHMENT = 'aaaaaaaaaaaaaaaaaaaaaaaa';
const KEY_RING = `k1:${Buffer.alloc(32, 5).toString('base64')}`;
const OTHER_RING = `k1:${Buffer.alloc(32, 6).toString('base64')}`;
const postgres = inject('postgres');
const reason = 'skipped' in postgres ? postgres.skipped : null;

describe.skipIf(reason)(`on PostgreSQL${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let scratch: string;
  /** Backups of a running server, and of one that is stopped. */
  let source: ScratchDatabase;
  let stopped: ScratchDatabase;
  let line: Line;
  let whole: string;
  let made: Manifest;
  const opened: ScratchDatabase[] = [];

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'hookswitch-postgres-'));
    source = await createMigratedDatabase();
    line = await openLine({ ...engineOf(echo), env: { DATABASE_URL: source.url, KEY_RING } });
    await mkdir(join(line.app.dataDir, 'attachments'), { recursive: true });
    await writeFile(join(line.app.dataDir, 'attachments', ATTACHMENT), 'a file');
    whole = join(scratch, 'whole');
    stopped = await createMigratedDatabase();
    opened.push(stopped);
    const other = await startTestApp({ env: { DATABASE_URL: stopped.url, KEY_RING } });
    await createCaller(other);
    await other.remove();
    made = await backup({ env: envOf(line.app.dataDir), folder: whole, withKeys: true, now: NOW });
  });
  afterAll(async () => {
    await line?.app.remove();
    for (const database of opened) await database.drop();
    await source?.drop();
    await rm(scratch, { recursive: true, force: true });
  });

  const envOf = (dataDir: string, more: Record<string, string> = {}) =>
    readEnv({ DATA_DIR: dataDir, DATABASE_URL: source.url, KEY_RING, MIN_FREE_DISK_MB: '0', ...more });
  let folders = 0;
  const newFolder = () => {
    folders += 1;
    return join(scratch, `folder-${folders}`);
  };
  const emptyDatabase = async () => {
    const database = await createScratchDatabase('skipped' in postgres ? '' : postgres.url);
    opened.push(database);
    return database;
  };
  const copyOf = async (change: (folder: string) => Promise<void>) => {
    const folder = newFolder();
    await backup({ env: envOf(line.app.dataDir), folder, withKeys: true, now: NOW });
    await change(folder);
    return folder;
  };
  const sql = async (url: string, text: string, values: unknown[] = []) => {
    const client = new Client(url);
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  };

  describe('hookswitch backup', () => {
    it('holds the uploaded files, the key ring when asked, and what the database was', async () => {
      expect(made).toMatchObject({ database: 'postgres', keys: ['k1'], createdAt: '2026-11-28T12:00:00.000Z' });
      expect(made.files.map(({ path }) => path)).toEqual(['key-ring', `attachments/${ATTACHMENT}`]);
      expect((await readFile(join(whole, 'key-ring'), 'utf8')).trim()).toBe(KEY_RING);
      const [last] = await sql(source.url, 'select name from knex_migrations order by id desc limit 1');
      expect(made.schema).toBe(last.name);
    });

    it('says that the database is to be dumped, and how, without its password', async () => {
      const folder = newFolder();
      const env = {
        PATH: process.env.PATH,
        DATA_DIR: line.app.dataDir,
        DATABASE_URL: source.url,
        KEY_RING,
        MIN_FREE_DISK_MB: '0',
      };
      const program = ['dist/bundle/server/hookswitch.js', 'backup', folder];
      const { stdout } = await promisify(execFile)(process.execPath, program, { env });
      expect(stdout).toMatch(/pg_dump --format=custom --file=\S+ "\$DATABASE_URL"/);
      expect(stdout).toContain('The key ring is not in it.');
      expect(stdout).not.toContain(source.url);
    });

    it('fails with what to do, and leaves nothing, when the database is empty or away', async () => {
      const parent = newFolder();
      const take = (url: string) =>
        backup({
          env: envOf(line.app.dataDir, { DATABASE_URL: url }),
          folder: join(parent, 'b'),
          withKeys: false,
          now: NOW,
        });
      await expect(take((await emptyDatabase()).url)).rejects.toThrow('The database is empty');
      await expect(take('postgres://postgres@127.0.0.1:1/none')).rejects.toThrow(/not reached: .*Check DATABASE_URL/);
      expect(await readdir(parent)).toEqual([]);
    });
  });

  describe('hookswitch restore', () => {
    const into = (
      folder: string,
      { url = stopped.url, dataDir = newFolder(), ring = KEY_RING as string | null, force = false } = {},
    ) =>
      restore({
        env: readEnv({
          DATA_DIR: dataDir,
          DATABASE_URL: url,
          MIN_FREE_DISK_MB: '0',
          ...(ring === null ? { KEY_RING_FILE: join(dataDir, 'shared-keys') } : { KEY_RING: ring }),
        }),
        folder,
        force,
        now: NOW,
      });

    it('puts files and key ring beside a database that was restored before', async () => {
      const dataDir = newFolder();
      expect(await into(whole, { dataDir, ring: null })).toMatchObject({ keys: 'backup', putAside: null });
      expect(await readFile(join(dataDir, 'attachments', ATTACHMENT), 'utf8')).toBe('a file');
      expect((await readFile(join(dataDir, 'shared-keys'), 'utf8')).trim()).toBe(KEY_RING);
    });

    it('refuses a database that is not restored yet, and one of another schema than the backup has', async () => {
      const dataDir = newFolder();
      await expect(into(whole, { url: (await emptyDatabase()).url, dataDir })).rejects.toThrow(/pg_restore/);
      const older = await copyOf(async (folder) => {
        const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
        const [first] = await sql(source.url, 'select name from knex_migrations order by id limit 1');
        await writeFile(join(folder, MANIFEST), JSON.stringify({ ...manifest, schema: first.name }));
      });
      await expect(into(older, { dataDir })).rejects.toThrow('do not belong together');
      expect(existsSync(dataDir)).toBe(false);
    });

    it('refuses a newer schema, of the backup or of the database', async () => {
      const newer = await copyOf(async (folder) => {
        const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
        await writeFile(join(folder, MANIFEST), JSON.stringify({ ...manifest, schema: '20991231000000_later' }));
      });
      await expect(into(newer)).rejects.toThrow("newer than this version's");
      const database = await createMigratedDatabase();
      opened.push(database);
      await sql(
        database.url,
        "insert into knex_migrations (name, batch, migration_time) values ('20991231000000_later', 99, now())",
      );
      await expect(into(whole, { url: database.url })).rejects.toThrow('A newer version of Hookswitch');
    });

    it('refuses a key ring that does not open what the database has sealed, and a missing one', async () => {
      await expect(into(whole, { ring: OTHER_RING })).rejects.toThrow('KEY_RING does not open it');
      const bare = newFolder();
      await backup({ env: envOf(line.app.dataDir), folder: bare, withKeys: false, now: NOW });
      const dataDir = newFolder();
      await expect(into(bare, { ring: null, dataDir })).rejects.toThrow(/sealed with the keys k1/);
      expect(existsSync(join(dataDir, 'shared-keys'))).toBe(false);
    });

    it('refuses a damaged file, a folder that is not empty, and a backup of SQLite', async () => {
      const damaged = await copyOf((folder) => appendFile(join(folder, 'attachments', ATTACHMENT), 'x'));
      await expect(into(damaged)).rejects.toThrow('is not what was backed up');
      const dataDir = newFolder();
      await into(whole, { dataDir });
      await expect(into(whole, { dataDir })).rejects.toThrow('is not empty');
      const { putAside } = await into(whole, { dataDir, force: true });
      expect(await readdir(putAside ?? '')).toEqual(['attachments']);
      const ofSqlite = await copyOf(async (folder) => {
        const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
        await writeFile(join(folder, MANIFEST), JSON.stringify({ ...manifest, database: 'sqlite' }));
      });
      await expect(into(ofSqlite)).rejects.toThrow('This backup is of a SQLite database');
    });

    it('refuses a database that a server uses, also with --force', async () => {
      const { dataDir } = line.app;
      await expect(into(whole, { url: source.url, dataDir, force: true })).rejects.toThrow('Servers use the database');
      expect(await readFile(join(line.app.dataDir, 'attachments', ATTACHMENT), 'utf8')).toBe('a file');
    });
  });

  describe('hookswitch doctor', () => {
    const problems = async (more: Record<string, string> = {}) => {
      const settings = () => envOf(line.app.dataDir, more);
      const findings = await examine({ settings, reach: null, now: NOW });
      return findings.filter(({ ok }) => !ok).map(({ what, says }) => `${what}: ${says}`);
    };

    it('finds nothing wrong with a running server, and changes nothing', async () => {
      const before = await sql(source.url, 'select * from key_checks');
      expect(await problems()).toEqual([]);
      expect(await sql(source.url, 'select * from key_checks')).toEqual(before);
      const findings = await examine({ settings: () => envOf(line.app.dataDir), reach: null, now: NOW });
      expect(findings).toContainEqual({
        what: 'database',
        ok: true,
        says: expect.stringMatching(/^PostgreSQL, schema up to date; up to 16 of its \d+ connections/),
      });
    });

    it('tells of a database that is away, empty, older or newer, and of a key ring that does not fit', async () => {
      const [away] = await problems({ DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/none' });
      expect(away).toMatch(/^database: .*DATABASE_URL/);
      expect(away).not.toContain('secret');
      expect(await problems({ DATABASE_URL: (await emptyDatabase()).url })).toEqual([
        expect.stringMatching(/^database: .*migrations are to be made/),
      ]);
      expect(await problems({ KEY_RING: OTHER_RING })).toEqual([expect.stringMatching(/^key ring: /)]);
      const newer = await createMigratedDatabase();
      opened.push(newer);
      await sql(
        newer.url,
        "insert into knex_migrations (name, batch, migration_time) values ('20991231000000_later', 99, now())",
      );
      expect(await problems({ DATABASE_URL: newer.url })).toEqual([
        expect.stringMatching(/^database: A newer version/),
      ]);
    });
  });

  it('a dump and a backup made under load give back all that was acknowledged before', async ({ skip }) => {
    // pg_dump refuses servers of later versions: one that comes with its server dumps that one.
    const found = (await findPostgresBinaries(process.env)).filter(({ bin }) => existsSync(join(bin, 'pg_dump')));
    skip(found.length === 0, 'no folder of this machine has a PostgreSQL server and its pg_dump');
    const server = await startPostgres({ env: {}, binaries: found.slice(0, 1) });
    if ('skipped' in server) return skip(server.skipped);
    await using _server = { [Symbol.asyncDispose]: () => server.stop() };
    const bin = found[0]?.bin ?? '';
    const source = await createScratchDatabase(server.url);
    const line = await openLine({ ...engineOf(echo), env: { DATABASE_URL: source.url, KEY_RING } });
    await using _line = { [Symbol.asyncDispose]: () => line.app.remove() };
    const acknowledged: string[] = [];
    let underWay = true;
    const talking = [1, 2, 3].map(async (user) => {
      for (let count = 0; underWay; count += 1) {
        const text = `message ${user}.${count}`;
        const { status } = await line.v2({ type: 'text', val: text }, { from: { id: `u${user}` } });
        if (status === 200) acknowledged.push(text);
      }
    });
    while (acknowledged.length < 20) await new Promise((resolve) => setImmediate(resolve));
    const before = acknowledged.length;
    const dump = join(scratch, 'database.dump');
    await promisify(execFile)(join(bin, 'pg_dump'), ['--format=custom', `--file=${dump}`, source.url]);
    const folder = newFolder();
    const env = envOf(line.app.dataDir, { DATABASE_URL: source.url });
    await backup({ env, folder, withKeys: true, now: NOW });
    underWay = false;
    await Promise.all(talking);
    expect(acknowledged.length).toBeGreaterThan(before);

    const target = await createScratchDatabase(server.url);
    await promisify(execFile)(join(bin, 'pg_restore'), ['--no-owner', `--dbname=${target.url}`, dump]);
    const dataDir = newFolder();
    await restore({
      env: readEnv({ DATA_DIR: dataDir, DATABASE_URL: target.url, KEY_RING }),
      folder,
      force: false,
      now: NOW,
    });
    const app = await startTestApp({ env: { DATA_DIR: dataDir, DATABASE_URL: target.url, KEY_RING } });
    await app.stop();
    const inputs: { input: string }[] = await sql(target.url, 'select input::text as input from turns');
    const lost = acknowledged
      .slice(0, before)
      .filter((text) => !inputs.some(({ input }) => input.includes(`"${text}"`)));
    expect(lost).toEqual([]);
    await app.remove();
  });
});
