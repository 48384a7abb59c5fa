import type { Clock, Timer } from '../time.js';

/** A repeated job whose runs never overlap. */
export interface Loop {
  /** Runs it now, or as soon as the current run has ended. */
  trigger(): void;
  /** No further run; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** Runs `work` every `everyMs`. While it says it did something, it is run again at once. Failures go to `onError`. */
export function createLoop(
  clock: Clock,
  everyMs: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): Loop {
  let timer: Timer | null = null;
  let running: Promise<void> | null = null;
  let triggered = false;
  let stopped = false;

  function run(): void {
    if (stopped || running) {
      triggered = true;
      return;
    }
    timer?.cancel();
    triggered = false;
    running = work()
      .catch(onError)
      .then((busy) => {
        running = null;
        if (stopped) return;
        if (busy === true || triggered) setImmediate(run);
        else timer = clock.after(everyMs, run);
      });
  }

  timer = clock.after(everyMs, run);
  return {
    trigger: run,
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}
