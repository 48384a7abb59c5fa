import { mkdir } from 'node:fs/promises';
import { migrationSource } from '../../migrations/index.js';
import type { Env } from '../config/env.js';
import { databaseFileIn } from '../load/overload.js';
import { openDatabase } from '../store/database/database.js';
import { assertNotNewer, migrateDatabase, pendingMigrations } from '../store/database/migrate.js';
import { oneStarterAtATime } from '../store/database/one-starter.js';
import { becomeSoleOwner } from '../store/database/sole-owner.js';
import { assertThere, databaseUrlOf } from './open-database.js';

/** Names of the migrations a start would apply; nothing is changed. */
export async function planMigrations(env: Env): Promise<string[]> {
  assertThere(env);
  await using database = openDatabase({ url: databaseUrlOf(env), readers: 1 });
  await assertNotNewer(database.write, migrationSource);
  return await pendingMigrations(database.write, migrationSource);
}

/** Applies them, as a start would, and gives their names. On SQLite the server must be stopped. */
export async function applyMigrations(env: Env): Promise<string[]> {
  await mkdir(env.DATA_DIR, { recursive: true, mode: 0o700 });
  await using _owner = env.DATABASE_URL === undefined ? await becomeSoleOwner(databaseFileIn(env.DATA_DIR)) : null;
  await using database = openDatabase({ url: databaseUrlOf(env), readers: 1 });
  return await oneStarterAtATime(database, () => migrateDatabase(database, databaseUrlOf(env), migrationSource));
}
