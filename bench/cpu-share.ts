import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds between two looks at what a process has taken. */
const LOOK_EVERY_MS = 5;
/** Milliseconds of its share that a process may have saved up while it had nothing to do. */
const SAVED_MS = 20;

/**
 * Keeps a process to a share of one core (0.25: a quarter), as a container's limit does: it is stopped (SIGSTOP) when its
 * threads have taken more than that of the time so far, and goes on (SIGCONT) when they have not. Linux alone accounts for
 * threads. Gives what lifts the limit.
 */
export function limitCpu(pid: number, share: number): () => void {
  let isStopped = false;
  let lookedAt = performance.now();
  let taken = cpuMsOf(pid);
  let owed = 0;
  const timer = setInterval(() => {
    const [now, used] = [performance.now(), cpuMsOf(pid)];
    owed = Math.max(owed + (used - taken) - (now - lookedAt) * share, -SAVED_MS * share);
    [lookedAt, taken] = [now, used];
    if (owed > 0 === isStopped) return;
    isStopped = !isStopped;
    process.kill(pid, isStopped ? 'SIGSTOP' : 'SIGCONT');
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    if (isStopped) process.kill(pid, 'SIGCONT');
  };
}

/** What all threads of a process have taken, in milliseconds. */
function cpuMsOf(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]) / 1_000_000;
    } catch {} // it has just ended
  }
  return sum;
}
