import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { migrationSource } from '../../migrations/index.js';
import type { Env } from '../config/env.js';
import { databaseFileIn } from '../load/overload.js';
import { type Database, openDatabase } from '../store/database/database.js';
import { assertNotNewer, lastMigration } from '../store/database/migrate.js';
import { becomeSoleOwner } from '../store/database/sole-owner.js';
import { lastSignOfLife, SILENT_MS } from '../store/tables/processes.js';
import { copyPrivately, filesUnder, isMissing, noneIfMissing, syncPath } from './files.js';
import { ATTACHMENTS, DATABASE, KEY_RING, type Manifest, readManifest, verifyFiles } from './manifest.js';
import { openReachable } from './open-database.js';
import { type KeySource, pickKeys } from './restored-keys.js';

export interface RestoreOptions {
  env: Env;
  /** A folder that `backup` made. */
  folder: string;
  /** Puts what the target holds aside, instead of refusing. */
  force: boolean;
  now: number;
}

export interface Restored {
  manifest: Manifest;
  keys: KeySource;
  /** Where the former contents of the target are; null when it was empty. */
  putAside: string | null;
}

/**
 * Restores a backup into DATA_DIR. All is checked on a copy inside it before anything takes its place. Throws an Error
 * that says what to do; then the target is as it was.
 */
export async function restore({ env, folder: given, force, now }: RestoreOptions): Promise<Restored> {
  const folder = resolve(given);
  const manifest = await readManifest(folder);
  await assertFits(env, manifest);
  const target = resolve(env.DATA_DIR);
  const taken = await whatIsIn(target, env);
  if (taken.length > 0 && !force)
    throw new Error(
      `${env.DATA_DIR} is not empty (${taken.slice(0, 3).join(', ')}). Set DATA_DIR to an empty folder, or use --force, which puts what is there aside.`,
    );
  await verifyFiles(folder, manifest.files);
  if (env.DATABASE_URL !== undefined) await assertRestored(env.DATABASE_URL, manifest);
  if (await mkdir(target, { recursive: true, mode: 0o700 })) await syncPath(dirname(target));
  await using _owner = manifest.database === 'sqlite' ? await becomeSoleOwner(databaseFileIn(target)) : null;
  const staged = await mkdtemp(join(target, '.restore-'));
  try {
    for (const { path } of manifest.files) await copyPrivately(join(folder, path), join(staged, path));
    await verifyFiles(staged, manifest.files);
    const keys = await checkCopy(env, staged, manifest, now);
    const putAside = taken.length > 0 ? await putOldAside(target, now) : null;
    await takePlaces(env, target, staged, keys, now);
    return { manifest, keys: keys.source, putAside };
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

async function assertFits(env: Env, { database, schema, version }: Manifest): Promise<void> {
  if (!(await migrationSource.getMigrations([])).includes(schema))
    throw new Error(
      `Version ${version} of Hookswitch made this backup, and its database is newer than this version's (${schema}). Restore it with version ${version} or later.`,
    );
  const wanted = env.DATABASE_URL === undefined ? 'sqlite' : 'postgres';
  if (database === wanted) return;
  throw new Error(
    database === 'sqlite'
      ? 'This backup is of a SQLite database. Unset DATABASE_URL to restore it.'
      : 'This backup is of a server on PostgreSQL. Set DATABASE_URL to the restored database.',
  );
}

/** Names of what a restore would replace or mix with. The key ring alone may be there: it can be the one that is needed. */
async function whatIsIn(target: string, env: Env): Promise<string[]> {
  const harmless = new Set([KEY_RING, `${DATABASE}-owner`, `${DATABASE}-owner-journal`, 'lost+found']);
  const names = (await readdir(target).catch(noneIfMissing)).filter((name) => !harmless.has(name));
  const isEmptyFile = async (name: string) =>
    [DATABASE, ATTACHMENTS].includes(name) &&
    ((await filesUnder(join(target, name)).catch(() => [name])).length === 0 ||
      (name === DATABASE && (await stat(join(target, name))).size === 0));
  const taken: string[] = [];
  for (const name of names) if (!(await isEmptyFile(name))) taken.push(name);
  const shared = env.ATTACHMENTS_DIR === undefined ? [] : await filesUnder(env.ATTACHMENTS_DIR);
  return shared.length > 0 ? [...taken, env.ATTACHMENTS_DIR ?? ''] : taken;
}

interface CheckedKeys {
  source: KeySource;
  text: string | null;
}

/** The checks of a server's start, on the copy: damage, schema, keys. */
async function checkCopy(env: Env, staged: string, manifest: Manifest, now: number): Promise<CheckedKeys> {
  const offered = {
    KEY_RING: env.KEY_RING ?? null,
    backup: await textOf(join(staged, KEY_RING)),
    target: await textOf(keyRingFileOf(env)),
  };
  if (env.DATABASE_URL !== undefined) {
    await using database = await openRestored(env.DATABASE_URL, manifest);
    return await pickKeys(offered, manifest.keys, database.write, now); // it is closed at the end of this block
  }
  await using copy = openDatabase({ url: join(staged, DATABASE), readers: 1 });
  const [check] = (await copy.write.raw('PRAGMA quick_check(1)')) as { quick_check: string }[];
  if (check?.quick_check !== 'ok') throw new Error('The database in this backup is damaged. Nothing was restored.');
  await assertNotNewer(copy.write, migrationSource);
  return await pickKeys(offered, manifest.keys, copy.write, now); // the copy is closed at the end of this block
}

/** Throws an Error unless the database on PostgreSQL is that of the backup, and no server uses it. */
async function assertRestored(url: string, manifest: Manifest): Promise<void> {
  await using database = await openRestored(url, manifest);
  if (await isInUse(database.write))
    throw new Error('Servers use the database of DATABASE_URL. Stop them first. Nothing was restored.');
}

/** Milliseconds between two looks for a sign of life, which a server gives each second. */
const LOOK_EVERY_MS = 200;

/** A server that runs says so while one looks; a dump only has what one said before. */
async function isInUse(db: Database['write']): Promise<boolean> {
  if (!(await db.schema.hasTable('processes'))) return false; // of a version before servers said so
  const first = await lastSignOfLife(db);
  for (let sign = first; sign !== null && sign.agoMs <= SILENT_MS; sign = await lastSignOfLife(db)) {
    if (sign.at > (first?.at ?? 0)) return true;
    await setTimeout(LOOK_EVERY_MS);
  }
  return false;
}

/** The database on PostgreSQL, which is restored before the files that its rows name. */
async function openRestored(url: string, { schema, version }: Manifest): Promise<Database> {
  const database = await openReachable(url);
  try {
    await assertNotNewer(database.write, migrationSource);
    const found = await lastMigration(database.write);
    if (found === null)
      throw new Error(
        'The database of DATABASE_URL is empty. Restore its dump first: pg_restore --dbname="$DATABASE_URL" database.dump. Nothing was restored.',
      );
    if (found !== schema)
      throw new Error(
        `The database of DATABASE_URL has the schema ${found}, and that of this backup, by version ${version}, had ${schema}: they do not belong together. Restore the dump that was made with this backup. Nothing was restored.`,
      );
    return database;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

const keyRingFileOf = (env: Env) => resolve(env.KEY_RING_FILE ?? join(env.DATA_DIR, KEY_RING));

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const asideName = (now: number) => `before-restore-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;

/** The log of an old database would be applied to the new one. */
async function putOldAside(target: string, now: number): Promise<string> {
  const aside = join(target, asideName(now));
  await mkdir(aside, { mode: 0o700 });
  const names = [`${DATABASE}-wal`, `${DATABASE}-shm`, DATABASE, ATTACHMENTS];
  for (const name of names) if (existsSync(join(target, name))) await rename(join(target, name), join(aside, name));
  await syncPath(aside);
  return aside;
}

/** The database last: without it nothing starts on half a restore but an empty server. */
async function takePlaces(env: Env, target: string, staged: string, keys: CheckedKeys, now: number): Promise<void> {
  const attachments = resolve(env.ATTACHMENTS_DIR ?? join(target, ATTACHMENTS));
  await mkdir(attachments, { recursive: true, mode: 0o700 });
  for (const path of await filesUnder(join(staged, ATTACHMENTS)))
    await copyPrivately(join(staged, ATTACHMENTS, path), join(attachments, path));
  if (keys.source === 'backup' && keys.text !== null) await writeKeyRing(keyRingFileOf(env), keys.text, now);
  if (existsSync(join(staged, DATABASE))) await rename(join(staged, DATABASE), databaseFileIn(target));
  await syncPath(target);
}

/** A key ring that is there does not open this backup, but may be all that opens another database: it is kept. */
async function writeKeyRing(file: string, text: string, now: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  if (existsSync(file)) await rename(file, `${file}.${asideName(now)}`);
  await writeFile(`${file}.restored`, text, { mode: 0o600 });
  await chmod(`${file}.restored`, 0o600);
  await syncPath(`${file}.restored`);
  await rename(`${file}.restored`, file);
  await syncPath(dirname(file));
}
