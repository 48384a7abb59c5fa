import { chmodSync, closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import knexFactory, { type Knex } from 'knex';

/**
 * Makes this process the only one of a SQLite file, for as long as it runs: leases are its own, and what it holds in
 * memory is not told to others. The mark is an exclusive lock on a file beside the database, which the system releases
 * however the process ends. Both files are for their owner only. Throws an Error that says what to do.
 */
export async function becomeSoleOwner(databaseFile: string): Promise<AsyncDisposable> {
  const mark = `${databaseFile}-owner`;
  // Somebody may have removed the mark under a server that runs: its connections tell.
  const wasUnmarked = existsSync(databaseFile) && !existsSync(mark);
  for (const file of [databaseFile, mark]) keepToOwner(file);
  const knex = connect(mark);
  try {
    await lock(knex, databaseFile, 'PRAGMA journal_mode = DELETE', 'BEGIN EXCLUSIVE');
    if (wasUnmarked) await assertUnused(databaseFile);
  } catch (error) {
    await knex.destroy();
    if (wasUnmarked) rmSync(mark, { force: true }); // the next one has to look as well
    throw error;
  }
  return { [Symbol.asyncDispose]: () => knex.destroy() };
}

/** Makes the file if it is missing. SQLite gives its log the same rights. Throws an Error that says what to do. */
function keepToOwner(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
    const { mode } = statSync(file);
    if ((mode & 0o007) !== 0) chmodSync(file, mode & 0o770);
  } catch (error) {
    throw new Error(
      `${file} cannot be written (${codeOf(error)}). Give the user who runs Hookswitch the right to, or set DATA_DIR to another folder.`,
    );
  }
}

/** A connection that wants the file for itself meets every other one, also of a process without a mark. */
async function assertUnused(databaseFile: string): Promise<void> {
  const knex = connect(databaseFile);
  try {
    await lock(knex, databaseFile, 'PRAGMA locking_mode = EXCLUSIVE', 'BEGIN IMMEDIATE', 'COMMIT');
  } finally {
    await knex.destroy();
  }
}

const connect = (filename: string): Knex =>
  knexFactory({ client: 'sqlite3', connection: { filename }, useNullAsDefault: true, pool: { min: 1, max: 1 } });

async function lock(knex: Knex, databaseFile: string, ...statements: string[]): Promise<void> {
  try {
    for (const statement of statements) await knex.raw(statement);
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_BUSY') throw error;
    throw new Error(
      `Another process uses ${databaseFile}. Stop it, or set DATA_DIR to another folder; for several processes set DATABASE_URL.`,
    );
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error);
