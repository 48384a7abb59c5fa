import { readFileSync } from 'node:fs';

/**
 * CPU time of the calling thread in milliseconds, where the system tells (Linux: nanoseconds in the first field of
 * schedstat); else the time on the wall. On a busy machine a thread may wait far longer than it runs.
 */
export const threadCpuMs: () => number = supported() ? readSchedstat : () => performance.now();

function readSchedstat(): number {
  return Number.parseInt(readFileSync('/proc/thread-self/schedstat', 'latin1'), 10) / 1e6;
}

function supported(): boolean {
  try {
    return readSchedstat() > 0;
  } catch {
    return false;
  }
}
