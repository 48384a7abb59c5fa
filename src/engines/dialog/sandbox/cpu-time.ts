import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Where the system tells the CPU time of the calling thread (Linux: nanoseconds, the first field of schedstat); the
 * empty text where it does not. On a busy machine a thread may wait far longer than it runs.
 */
export function ownCpuFile(): string {
  try {
    const file = `/proc/${readlinkSync('/proc/thread-self')}/schedstat`;
    return cpuMs(file) > 0 ? file : '';
  } catch {
    return '';
  }
}

/** Milliseconds of CPU time so far; the time on the wall where the system does not tell. */
export function cpuMs(file: string): number {
  if (file === '') return performance.now();
  return Number.parseInt(readFileSync(file, 'latin1'), 10) / 1e6;
}
