import type { Database } from '../store/database/database.js';
import { type Clock, delay, SECOND } from '../time.js';

/** Whoever asks for the health of a process asks every few seconds, and gives up soon. */
const PATIENCE_MS = 2 * SECOND;
const AWAY = 'the database does not answer';

/** What is not well with the database, or null. A file is always there. */
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
