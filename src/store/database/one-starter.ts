import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from './database.js';
import { queryOn, releaseConnection, takeConnection } from './knex-internals.js';

/** Key of this server's advisory lock in a PostgreSQL database. */
const LOCK = 7_265_181;
const RETRY_MS = 100;
/** How often the lock is asked for: for about five minutes, then the start fails. */
const MAX_TRIES = 3_000;

/**
 * Runs `work` while no other process does, for servers that start at once on one PostgreSQL database. The lock goes with
 * its connection, however the process ends. A SQLite database has one process anyway (`sole-owner.ts`).
 */
export async function oneStarterAtATime<T>({ dialect, write }: Database, work: () => Promise<T>): Promise<T> {
  if (dialect === 'sqlite') return work();
  const connection = await takeConnection(write);
  const ask = async (sql: string): Promise<boolean> => {
    const { rows } = (await queryOn(write, connection, `select ${sql}(${LOCK}) as done`)) as {
      rows: { done: boolean }[];
    };
    return rows[0]?.done === true;
  };
  try {
    for (let tries = 0; !(await ask('pg_try_advisory_lock')); tries += 1) {
      if (tries === MAX_TRIES)
        throw new Error(
          'Another process has been preparing this database for minutes. Stop it, or wait, and start again.',
        );
      await delay(RETRY_MS);
    }
    try {
      return await work();
    } finally {
      await ask('pg_advisory_unlock').catch(() => {}); // a lost connection has let go of it
    }
  } finally {
    releaseConnection(write, connection);
  }
}
