import { setTimeout as pause, setImmediate as round } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Milliseconds within which what a test waits for must have come about. Beyond them it fails, and says what it waited for. */
const LIMIT_MS = 45_000;
/** Questions in as many rounds of the event loop; later ones leave the processor to whoever answers them. */
const QUICK_QUESTIONS = 20;
const PAUSE_MS = 1;

/** Asks until the answer is so, and gives it. */
export async function eventually<T>(ask: () => T, isSo: (found: Awaited<T>) => unknown = Boolean): Promise<Awaited<T>> {
  const end = performance.now() + LIMIT_MS;
  for (let asked = 1; ; asked += 1) {
    const found = await ask();
    if (await isSo(found)) return found;
    if (performance.now() > end) throw new Error(`in vain: ${ask} was ${inspect(found)}, and not ${isSo}`);
    await (asked < QUICK_QUESTIONS ? round() : pause(PAUSE_MS));
  }
}
