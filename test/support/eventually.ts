import { setTimeout as pause, setImmediate as round } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Milliseconds within which what a test waits for must have come about. Beyond them it fails, and says what it waited for. */
const LIMIT_MS = 45_000;
/** Milliseconds that the time between two questions counts for, at most: a machine that stood still has proved nothing. */
const MOST_AT_ONCE_MS = 1_000;
/** Questions in as many rounds of the event loop; later ones leave the processor to whoever answers them. */
const QUICK_QUESTIONS = 20;
/** Share of the time waited so far that passes before the next question: so late may an answer be seen, at most. */
const PAUSE_SHARE = 0.2;
/** Milliseconds between questions. To ask a server costs it some milliseconds each time. */
const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 50;

/** Asks until the answer is so, and gives it. */
export async function eventually<T>(ask: () => T, isSo: (found: Awaited<T>) => unknown = Boolean): Promise<Awaited<T>> {
  let waited = 0;
  let before = performance.now();
  for (let asked = 1; ; asked += 1) {
    const found = await ask();
    if (await isSo(found)) return found;
    const now = performance.now();
    waited += Math.min(now - before, MOST_AT_ONCE_MS);
    before = now;
    if (waited > LIMIT_MS) throw new Error(`in vain: ${ask} was ${inspect(found)}, and not ${isSo}`);
    const later = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, waited * PAUSE_SHARE));
    await (asked < QUICK_QUESTIONS ? round() : pause(later));
  }
}
