import type { Database } from '../store/database/database.js';
import { beat, releaseOfSilent, SILENT_MS } from '../store/tables/processes.js';
import { type Clock, SECOND } from '../time.js';

/** Milliseconds between two signs of life. */
export const BEAT_EVERY_MS = 1 * SECOND;

/**
 * One sign of life of a process, and the lanes of those that give none any more. After a silence of its own, as when the
 * database was away from all of them, a process first gives the others time to be seen.
 */
export function createPresence(database: Database, clock: Clock, id: string): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  let trusted = Number.POSITIVE_INFINITY;
  return async () => {
    await beat(database.write, id);
    const now = clock.monotonicNow();
    if (now - last >= SILENT_MS / 2) trusted = now + SILENT_MS;
    last = now;
    if (now >= trusted) await releaseOfSilent(database.write, SILENT_MS, clock.now());
  };
}
