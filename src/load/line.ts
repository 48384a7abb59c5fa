/** Messages that have come and that the event loop has not got round to. */
export interface Line {
  put(handle: () => void): void;
  /** What came now would wait so long that it comes through sooner by being sent again. */
  isFull(): boolean;
}

/**
 * So many are begun in a round of the event loop. Small: before the next round, what they lead to goes on, those whose
 * commits are durable are answered, and a new connection is accepted, of which Node takes one in a round.
 */
const A_ROUND = 16;
/** So many may wait, however long they take. */
const ALWAYS = 100;
const MAX_WAIT_MS = 50;
/** How many rounds the time that a message takes is averaged over, about. */
const ROUNDS_REMEMBERED = 8;

/** `monotonicNow`: milliseconds of a clock that only goes forward; the default is the process's own. */
export function createLine(monotonicNow: () => number = () => performance.now()): Line {
  const waiting: (() => void)[] = [];
  let going = false;
  /** Of the event loop, for one message and all that is done between it and the next. */
  let messageMs = 0;

  function round(begun: number): void {
    const messages = waiting.splice(0, A_ROUND);
    for (const handle of messages) handle();
    setImmediate(() => {
      if (waiting.length === 0) {
        going = false;
        return;
      }
      const now = monotonicNow();
      messageMs += ((now - begun) / messages.length - messageMs) / ROUNDS_REMEMBERED;
      round(now);
    });
  }

  return {
    put(handle) {
      waiting.push(handle);
      if (going) return;
      going = true;
      setImmediate(() => round(monotonicNow()));
    },
    isFull: () => waiting.length >= ALWAYS && waiting.length * messageMs > MAX_WAIT_MS,
  };
}
