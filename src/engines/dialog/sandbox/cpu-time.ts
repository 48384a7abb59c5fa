import { openSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/**
 * The file in which Linux tells the CPU time of the calling thread (the first field of schedstat, in nanoseconds); the
 * empty text on other systems. On a busy machine a thread may wait far longer than it runs.
 */
export function ownCpuFile(): string {
  try {
    const file = `/proc/${readlinkSync('/proc/thread-self')}/schedstat`;
    return cpuMs(file) > 0 ? file : '';
  } catch {
    return '';
  }
}

/** CPU time so far in milliseconds; without a file the time on the wall, the same in all threads. */
export function cpuMs(file: string): number {
  if (file === '') return performance.timeOrigin + performance.now();
  return millisecondsIn(readFileSync(file, 'latin1'));
}

/** The same for a thread that reads its own often, and so keeps the file open. */
export function cpuClock(file: string): () => number {
  if (file === '') return () => cpuMs(file);
  const opened = openSync(file, 'r');
  const text = Buffer.alloc(100);
  return () => millisecondsIn(text.toString('latin1', 0, readSync(opened, text, 0, text.length, 0)));
}

const millisecondsIn = (text: string): number => Number.parseInt(text, 10) / 1e6;
