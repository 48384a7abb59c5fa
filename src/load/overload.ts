import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shortage } from '../errors.js';
import { COMMIT_QUEUE, DISK, RETRY_AFTER_SECONDS, TURNS } from './limits.js';

export interface OverloadDeps {
  dataDir: string;
  /** Null: the database is no file of this machine. */
  databaseFile: string | null;
  minFreeDiskBytes: number;
  /** Units waiting for their commit. */
  commitDepth(): number;
  /** Milliseconds that a message that came now would wait for the commits of others. */
  commitWaitMs(): number;
  /** Messages running or waiting in lanes. */
  inboundDepth(): number;
}

/** Tells before a body is read, and before the disk is full, whether the server can take a message in. */
export function createOverload(deps: OverloadDeps) {
  let disk: 'DISK_NEARLY_FULL' | 'LOG_TOO_LARGE' | null = null;

  function load(): 'COMMITS_SLOW' | 'COMMIT_QUEUE_FULL' | 'TOO_MANY_MESSAGES' | null {
    if (deps.commitWaitMs() > COMMIT_QUEUE.maxWaitMs) return 'COMMITS_SLOW';
    if (deps.commitDepth() > COMMIT_QUEUE.maxWaiting) return 'COMMIT_QUEUE_FULL';
    if (deps.inboundDepth() > TURNS.maxOpen) return 'TOO_MANY_MESSAGES';
    return null;
  }

  return {
    /** Looks at the disk; called every DISK.lookEveryMs. */
    async look(): Promise<void> {
      const { bavail, bsize } = await statfs(deps.dataDir);
      const logBytes = deps.databaseFile === null ? 0 : await sizeOf(`${deps.databaseFile}-wal`);
      if (bavail * bsize < deps.minFreeDiskBytes) disk = 'DISK_NEARLY_FULL';
      else disk = logBytes > DISK.maxLogBytes ? 'LOG_TOO_LARGE' : null;
    },
    /** What there is too little of, or null: come in. */
    shortage(): Shortage | null {
      if (disk !== null) return { reason: disk, retryAfterSeconds: RETRY_AFTER_SECONDS.disk };
      const reason = load();
      return reason && { reason, retryAfterSeconds: RETRY_AFTER_SECONDS.load };
    },
    /** Why the server is not ready, in words, or null. */
    fault: () => disk && FAULT_TEXT[disk],
  };
}

const FAULT_TEXT = {
  DISK_NEARLY_FULL: 'the data disk is nearly full',
  LOG_TOO_LARGE: 'the write-ahead log is too large',
};

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0; // not there yet
  }
}

export const databaseFileIn = (dataDir: string): string => join(dataDir, 'hookswitch.db');
