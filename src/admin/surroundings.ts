/** Dependencies that tests replace. */
export interface Surroundings {
  fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Ends early when the signal is aborted. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

/** The real ones, but for those given. */
export const surroundings = (given: Partial<Surroundings> = {}): Surroundings => ({
  fetch: (url, init) => fetch(url, init),
  now: Date.now,
  random: Math.random,
  wait,
  ...given,
});

const wait = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
