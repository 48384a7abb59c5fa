/** Milliseconds between two signs of life of a step. */
const EVERY_MS = 10_000;

/** Says on standard error what a step does: when it begins, every ten seconds, and how long it took. */
export function startProgress(label) {
  const since = performance.now();
  const seconds = () => `${Math.round((performance.now() - since) / 1000)} s`;
  let howFar = null;
  console.error(`${label} …`);
  const timer = setInterval(() => console.error(`${label} … ${howFar ? `${howFar()}, ` : ''}${seconds()}`), EVERY_MS);
  const end = (what) => {
    clearInterval(timer);
    console.error(`${label}: ${what} ${seconds()}`);
  };
  return {
    /** Adds to the signs of life how far the step is. */
    tell(how) {
      howFar = how;
    },
    done: () => end('done in'),
    failed: () => end('failed after'),
  };
}
