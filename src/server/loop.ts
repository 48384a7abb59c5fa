import type { Clock, Timer } from '../time.js';

/** Something that is done again and again, never twice at once. */
export interface Loop {
  /** Does it now, or as soon as the run under way has ended. */
  poke(): void;
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
  let poked = false;
  let stopped = false;

  function run(): void {
    if (stopped || running) {
      poked = true;
      return;
    }
    timer?.cancel();
    poked = false;
    running = work()
      .catch(onError)
      .then((busy) => {
        running = null;
        if (stopped) return;
        if (busy === true || poked) setImmediate(run);
        else timer = clock.after(everyMs, run);
      });
  }

  timer = clock.after(everyMs, run);
  return {
    poke: run,
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}
