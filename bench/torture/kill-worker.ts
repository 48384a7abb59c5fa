import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChildServer } from '../child-server.js';

/** What happens to a server with several workers, and how often among eight. */
const FATES = ['worker', 'worker', 'worker', 'two workers', 'worker', 'restart', 'worker', 'supervisor'] as const;
type Fate = (typeof FATES)[number];

/**
 * Kills a worker, two at once, or the supervisor by SIGKILL, or has it restart its workers, after a while. Tells which;
 * after the end of a supervisor there is no server. Linux alone names the children of a process.
 */
export async function killWorker(
  node: ChildServer,
  cycle: number,
  { random, maxLifeMs }: { random(): number; maxLifeMs: number },
): Promise<Fate> {
  const fate = FATES[cycle % FATES.length] ?? 'worker';
  await wait(Math.round(random() * maxLifeMs));
  const { pid = 0 } = node.process;
  if (fate === 'supervisor') await node.kill();
  else if (fate === 'restart') process.kill(pid, 'SIGHUP');
  else {
    const workers = childrenOf(pid).sort(() => random() - 0.5);
    for (const worker of workers.slice(0, fate === 'worker' ? 1 : 2)) process.kill(worker, 'SIGKILL');
  }
  return fate;
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
