import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrationSource } from '../../migrations/index.js';
import { openDatabase } from '../../src/store/database/database.js';
import { migrate } from '../../src/store/database/migrate.js';

let made: Promise<Buffer> | undefined;

/** An empty SQLite database at the latest version, as the bytes of its file: migrating takes longer than most tests. */
export function migratedDatabase(): Promise<Buffer> {
  made ??= make();
  return made;
}

async function make(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-migrated-'));
  const file = join(folder, 'empty.db');
  const database = openDatabase({ url: file });
  await migrate(database.write, migrationSource);
  await database[Symbol.asyncDispose]();
  const bytes = await readFile(file);
  await rm(folder, { recursive: true });
  return bytes;
}
