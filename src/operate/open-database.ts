import { existsSync } from 'node:fs';
import { migrationSource } from '../../migrations/index.js';
import type { Env } from '../config/env.js';
import { databaseFileIn } from '../load/overload.js';
import { type Database, openDatabase } from '../store/database/database.js';
import { assertNotNewer, pendingMigrations } from '../store/database/migrate.js';

/** `postgres://…`, or the SQLite file. */
export const databaseUrlOf = (env: Env): string => env.DATABASE_URL ?? databaseFileIn(env.DATA_DIR);

/**
 * Opens a database that must be reachable. Throws an Error that names the setting to look at, and where it led: never the user or
 * the password in it.
 */
export async function openReachable(url: string): Promise<Database> {
  const database = openDatabase({ url, readers: 1 });
  try {
    await database.write.raw('select 1');
    return database;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    if (database.dialect === 'sqlite' || !URL.canParse(url)) throw error;
    const { host, pathname } = new URL(url);
    const why = error instanceof Error && error.message !== '' ? error.message : 'no connection';
    throw new Error(`PostgreSQL at ${host}${pathname} is not reached: ${why}. Check DATABASE_URL, and that it runs.`, {
      cause: error,
    });
  }
}

/** The database of a server, which may be running. Throws an Error that says what to do when it has another schema. */
export async function openServerDatabase(env: Env): Promise<Database> {
  assertThere(env);
  const database = await openReachable(databaseUrlOf(env));
  try {
    await assertNotNewer(database.write, migrationSource);
    if ((await pendingMigrations(database.write, migrationSource)).length > 0)
      throw new Error(
        'The database has the schema of an earlier version. Run hookswitch migrate, or start the server.',
      );
    return database;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

/** SQLite would make a missing database. */
export function assertThere(env: Env): void {
  if (env.DATABASE_URL !== undefined || existsSync(databaseFileIn(env.DATA_DIR))) return;
  throw new Error(`There is no database at ${databaseFileIn(env.DATA_DIR)}. Set DATA_DIR to the server's.`);
}
