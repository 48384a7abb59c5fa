import { REQUEST_QUEUE } from './limits.js';

/** Requests that have come and that the event loop has not begun; first come, first served. */
export interface RequestQueue {
  put(handle: () => void): void;
  /** Whether a request that came now would wait longer than REQUEST_QUEUE.maxWaitMs. */
  isFull(): boolean;
}

/** `monotonicNow`: milliseconds of a clock that only goes forward; the default is the process's own. */
export function createRequestQueue(monotonicNow: () => number = () => performance.now()): RequestQueue {
  const waiting: (() => void)[] = [];
  let draining = false;
  /** Milliseconds of the event loop for one request and all that is done between it and the next, on average. */
  let requestMs = 0;

  function tick(begunAt: number): void {
    const requests = waiting.splice(0, REQUEST_QUEUE.perTick);
    for (const handle of requests) handle();
    setImmediate(() => {
      if (waiting.length === 0) {
        draining = false;
        return;
      }
      const now = monotonicNow();
      requestMs += ((now - begunAt) / requests.length - requestMs) / REQUEST_QUEUE.ticksRemembered;
      tick(now);
    });
  }

  return {
    put(handle) {
      waiting.push(handle);
      if (draining) return;
      draining = true;
      setImmediate(() => tick(monotonicNow()));
    },
    isFull: () => waiting.length >= REQUEST_QUEUE.minLength && waiting.length * requestMs > REQUEST_QUEUE.maxWaitMs,
  };
}
