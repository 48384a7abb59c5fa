import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import knexFactory from 'knex';

/**
 * One process owns a SQLite file: leases are its own, and what it holds in memory is not told to others. The mark is an
 * exclusive transaction on a file beside it, which the system releases however the process ends. Throws an Error that
 * says what to do.
 */
export async function becomeSoleOwner(databaseFile: string): Promise<AsyncDisposable> {
  mkdirSync(dirname(databaseFile), { recursive: true });
  const knex = knexFactory({
    client: 'sqlite3',
    connection: { filename: `${databaseFile}-owner` },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    await knex.raw('PRAGMA journal_mode = DELETE');
    await knex.raw('BEGIN EXCLUSIVE');
  } catch (error) {
    await knex.destroy();
    if (!(error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')) throw error;
    throw new Error(
      `Another process uses ${databaseFile}. Stop it, or set DATA_DIR to another folder; for several processes set DATABASE_URL.`,
    );
  }
  return { [Symbol.asyncDispose]: () => knex.destroy() };
}
