import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { SECOND } from '../time.js';

const MEBIBYTE = 1024 * 1024;
const MAX_WAL_BYTES = 1024 * MEBIBYTE;
/** Of memory. */
const MAX_WAITING_UNITS = 5_000;
const MAX_WAITING_MESSAGES = 50_000;
/**
 * A queue this long does not even out what comes unevenly any more: more is coming than can be done. Whoever came later
 * would only wait, and make those behind wait; a refusal costs a fraction of a turn.
 */
const MAX_COMMIT_WAIT_MS = 50;

export interface OverloadDeps {
  dataDir: string;
  databaseFile: string | null;
  minFreeDiskBytes: number;
  /** Units waiting for their commit. */
  commitDepth(): number;
  /** How long a message that came now would wait for the commits of others. */
  commitWaitMs(): number;
  /** Messages running or waiting in lanes. */
  inboundDepth(): number;
}

/** Tells ahead of time when nothing more should be taken in: before a body is read, before the disk is full. */
export function createOverload(deps: OverloadDeps) {
  let disk: string | null = null;
  return {
    /** Looks at the disk; call it once a second. */
    async look(): Promise<void> {
      const { bavail, bsize } = await statfs(deps.dataDir);
      const wal = deps.databaseFile === null ? 0 : await sizeOf(`${deps.databaseFile}-wal`);
      if (bavail * bsize < deps.minFreeDiskBytes) disk = 'the data disk is nearly full';
      else if (wal > MAX_WAL_BYTES) disk = 'the write-ahead log is too large';
      else disk = null;
    },
    /** Seconds until it is worth trying again, or null: come in. */
    retryAfterSeconds(): number | null {
      if (disk !== null) return 30;
      const busy =
        deps.commitWaitMs() > MAX_COMMIT_WAIT_MS ||
        deps.commitDepth() > MAX_WAITING_UNITS ||
        deps.inboundDepth() > MAX_WAITING_MESSAGES;
      return busy ? 1 : null;
    },
    fault: () => disk,
  };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0; // not there yet
  }
}

export const LOOK_EVERY_MS = 1 * SECOND;
export const databaseFileIn = (dataDir: string): string => join(dataDir, 'hookswitch.db');
