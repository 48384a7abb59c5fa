import { LRUCache } from 'lru-cache';
import { atMost } from '../../at-most.js';
import { type Clock, MINUTE, SECOND } from '../../time.js';

interface Failures {
  count: number;
  /** Time of the last failure. */
  at: number;
}

export interface FailureLimit {
  /** Milliseconds until the key may try again; 0: now. */
  waitMs(key: string): number;
  /** Counts an attempt as failed, from its beginning: attempts side by side all count. */
  count(key: string): void;
  /** Takes back the one attempt that succeeded. The failures before it stay: a success resets nothing. */
  forgive(key: string): void;
}

export interface FailureLimitOptions {
  /** Failures without a delay. */
  free: number;
  /** Longest delay between two attempts, in milliseconds. */
  maxDelayMs: number;
}

/** Keys remembered; beyond, the one unused for longest is forgotten. Each costs its maker a hashed password. */
const MAX_KEYS = 10_000;
const FIRST_DELAY_MS = 1 * SECOND; // doubled by each further failure
/** Time without a failure after which one failure is forgotten. */
const FORGOTTEN_EVERY_MS = 15 * MINUTE;

/** Failed attempts by key, each of which makes the next wait longer. In this process's memory. */
export function createFailureLimit({ free, maxDelayMs }: FailureLimitOptions, clock: Clock): FailureLimit {
  const failures = new LRUCache<string, Failures>(atMost(MAX_KEYS));
  const mostCounted = free + Math.ceil(Math.log2(maxDelayMs / FIRST_DELAY_MS));
  const of = (key: string): Failures => {
    const now = clock.now();
    const { count, at } = failures.get(key) ?? { count: 0, at: now };
    const forgotten = Math.max(0, Math.floor((now - at) / FORGOTTEN_EVERY_MS));
    return { count: Math.max(0, count - forgotten), at };
  };
  return {
    waitMs(key) {
      const { count, at } = of(key);
      if (count < free) return 0;
      const delay = Math.min(maxDelayMs, FIRST_DELAY_MS * 2 ** (count - free));
      return Math.max(0, Math.min(delay, at + delay - clock.now()));
    },
    count(key) {
      failures.set(key, { count: Math.min(mostCounted, of(key).count + 1), at: clock.now() });
    },
    forgive(key) {
      const { count, at } = of(key);
      if (count > 0) failures.set(key, { count: count - 1, at });
    },
  };
}
