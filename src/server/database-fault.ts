import type { Database } from '../store/database/database.js';
import { type Clock, delay, SECOND } from '../time.js';

/** Milliseconds that a health check waits for the database; probes come every few seconds and give up soon. */
const PATIENCE_MS = 2 * SECOND;
const AWAY = 'the database does not answer';

/** The database's fault, or null; always null on SQLite. */
export async function databaseFault({ dialect, read }: Database, clock: Clock): Promise<string | null> {
  if (dialect === 'sqlite') return null;
  const answered = new AbortController();
  const answer = read.raw('select 1').then(
    () => null,
    () => AWAY,
  );
  const late = delay(clock, PATIENCE_MS, answered.signal).then(() => AWAY);
  const fault = await Promise.race([answer, late]);
  answered.abort();
  return fault;
}
