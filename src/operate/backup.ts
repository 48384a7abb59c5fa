import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Env } from '../config/env.js';
import { loadKeyRing } from '../config/key-ring.js';
import { databaseFileIn } from '../load/overload.js';
import { productVersion } from '../product-version.js';
import { copySqlite } from '../store/database/copy-sqlite.js';
import { lastMigration } from '../store/database/migrate.js';
import { sealedKeyIds } from '../store/vault.js';
import { copyPrivately, filesUnder, noneIfMissing, sealFile, syncPath } from './files.js';
import { ATTACHMENTS, type BackupFile, DATABASE, describeFile, KEY_RING, MANIFEST, type Manifest } from './manifest.js';
import { openReachable } from './open-database.js';

export interface BackupOptions {
  env: Env;
  /** Becomes the backup; must not be there, or be empty. */
  folder: string;
  withKeys: boolean;
  now: number;
}

/**
 * Backs up a server, running or stopped. All is written beside the folder, which takes its name when it is complete.
 * Throws an Error that says what to do; then nothing stays.
 */
export async function backup({ env, folder: given, withKeys, now }: BackupOptions): Promise<Manifest> {
  const folder = resolve(given);
  const attachments = resolve(env.ATTACHMENTS_DIR ?? join(env.DATA_DIR, ATTACHMENTS));
  if (isWithin(folder, attachments)) throw new Error(`${given} lies in the attachments folder. Name another one.`);
  if ((await readdir(folder).catch(noneIfMissing)).length > 0)
    throw new Error(`${given} is there already, and a backup overwrites nothing. Name a new folder.`);
  const aside = join(dirname(folder), `.${basename(folder)}.partial-${randomBytes(4).toString('hex')}`);
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(aside, { mode: 0o700 });
  try {
    const { files, ...facts } = await copyDatabase(env, aside);
    if (withKeys) files.push(await writeKeys(env, aside));
    // After the database: whatever a row names is there by now.
    for (const path of await filesUnder(attachments)) {
      const to = `${ATTACHMENTS}/${path}`;
      if (await copyPrivately(join(attachments, path), join(aside, to))) files.push(await describeFile(aside, to));
    }
    const manifest: Manifest = {
      product: 'hookswitch',
      format: 1,
      version: productVersion(),
      createdAt: new Date(now).toISOString(),
      ...facts,
      files,
    };
    await writeFile(join(aside, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await syncPath(join(aside, MANIFEST));
    await syncPath(aside);
    await rename(aside, folder);
    await syncPath(dirname(folder));
    return manifest;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}

type DatabaseCopy = Pick<Manifest, 'database' | 'schema' | 'keys' | 'files'>;

/** PostgreSQL is only asked for its schema: it has means of its own. */
async function copyDatabase(env: Env, aside: string): Promise<DatabaseCopy> {
  const files: BackupFile[] = [];
  if (env.DATABASE_URL === undefined) {
    const source = databaseFileIn(env.DATA_DIR);
    if (!existsSync(source)) throw new Error(`There is no database at ${source}. Set DATA_DIR to the server's.`);
    await copySqlite(source, join(aside, DATABASE));
    await sealFile(join(aside, DATABASE));
  }
  const facts = await factsOf(env.DATABASE_URL ?? join(aside, DATABASE));
  if (facts.database === 'sqlite') {
    await rm(join(aside, `${DATABASE}-wal`), { force: true });
    await rm(join(aside, `${DATABASE}-shm`), { force: true });
    files.push(await describeFile(aside, DATABASE));
  }
  return { ...facts, files };
}

async function factsOf(url: string): Promise<Omit<DatabaseCopy, 'files'>> {
  await using database = await openReachable(url);
  const schema = await lastMigration(database.write);
  if (schema === null) throw new Error('The database is empty: no server has used it yet.');
  return { database: database.dialect, schema, keys: await sealedKeyIds(database.write) };
}

async function writeKeys(env: Env, aside: string): Promise<BackupFile> {
  const lines = loadKeyRing(env, true).keys.map(({ id, key }) => `${id}:${key.toString('base64')}\n`);
  await writeFile(join(aside, KEY_RING), lines.join(''), { mode: 0o600, flag: 'wx' });
  await syncPath(join(aside, KEY_RING));
  return describeFile(aside, KEY_RING);
}

/** Whether a path is a folder or lies in it. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || !(way === '..' || way.startsWith('../') || way.startsWith('/'));
}
