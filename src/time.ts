/** Durations in milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A running timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/** The source of time. Tests use a clock that they advance themselves. */
export interface Clock {
  /** Milliseconds since the epoch, as the system's clock says: for what is stored or shown. It may be set back. */
  now(): number;
  /** Milliseconds of a clock that only goes forward: for how long something takes within this process. */
  monotonicNow(): number;
  /** Calls `fn` once after `delayMs`. A timer never keeps the process alive by itself. */
  after(delayMs: number, fn: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  after(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/**
 * The monotonic time of a stored moment. A moment in the future counts as now: the system's clock has been set back since,
 * and whoever waits from there must not wait longer than they would have.
 */
export const monotonicOf = (clock: Clock, storedAt: number): number =>
  clock.monotonicNow() - Math.max(0, clock.now() - storedAt);

/** Resolves after `delayMs` of the clock, or at once when the signal aborts. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
