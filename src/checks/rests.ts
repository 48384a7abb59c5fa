import { type Clock, delay } from '../time.js';

/** Milliseconds of work between two rests: short beside a turn, so that none has all of its time beside the work. */
const WORK_MS = 5;

/**
 * Keeps work to a share of the time, from 0 to 1. The lowest priority alone does not keep it from slowing others
 * (docs/benchmarks.md).
 */
export function createRests(clock: Clock, share: number): () => Promise<void> {
  let since = clock.monotonicNow();
  return async () => {
    const worked = clock.monotonicNow() - since;
    if (share >= 1 || worked < WORK_MS) return;
    await delay(clock, worked * (1 / share - 1));
    since = clock.monotonicNow();
  };
}
