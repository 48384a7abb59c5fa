import type { Clock, Timer } from '../../src/time.js';

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  /** Moves on by `ms` and runs what falls due on the way, in order, at its own time. */
  advance(ms: number): void;
  /** Sets the time of day back, as an administrator does: whoever waits goes on waiting as long as before. */
  setBack(ms: number): void;
  /** Timers that wait. */
  readonly pending: number;
}

export function createTestClock(startMs = Date.UTC(2026, 0, 1)): TestClock {
  let now = startMs;
  let setBackBy = 0;
  let nextId = 0;
  const timers = new Map<number, { at: number; fn: () => void }>();

  function earliest(until: number): [number, { at: number; fn: () => void }] | undefined {
    return [...timers].filter(([, timer]) => timer.at <= until).sort(([i, a], [j, b]) => a.at - b.at || i - j)[0];
  }

  return {
    now: () => now - setBackBy,
    monotonicNow: () => now,
    setBack(ms) {
      setBackBy += ms;
    },
    after(delayMs, fn): Timer {
      const id = nextId++;
      timers.set(id, { at: now + delayMs, fn });
      return { cancel: () => void timers.delete(id) };
    },
    advance(ms) {
      const until = now + ms;
      for (let due = earliest(until); due; due = earliest(until)) {
        timers.delete(due[0]);
        now = due[1].at;
        due[1].fn();
      }
      now = until;
    },
    get pending() {
      return timers.size;
    },
  };
}
