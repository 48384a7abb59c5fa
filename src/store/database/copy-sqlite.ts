import knexFactory from 'knex';

/**
 * Writes the state of a SQLite database at this moment into a new file, also while another process writes: one read
 * transaction. SQLite's `.backup` begins again at each write of others, so beside a busy server it never ends.
 */
export async function copySqlite(from: string, to: string): Promise<void> {
  const knex = knexFactory({
    client: 'sqlite3',
    connection: { filename: from },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    await knex.raw(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    await knex.raw('VACUUM INTO ?', [to]);
  } finally {
    await knex.destroy();
  }
}

/** How long the copy waits for a checkpoint that has the file for itself, in ms; then it fails with SQLITE_BUSY. */
const BUSY_TIMEOUT_MS = 30_000;
