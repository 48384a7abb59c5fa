import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Milliseconds within which what a test waits for must have come about. Beyond them it fails, and says what it waited for. */
const LIMIT_MS = 45_000;
/** Milliseconds between two questions: whoever answers them runs in this process, or beside it. */
const PAUSE_MS = 2;

/** Asks until the answer is so, and gives it. */
export async function eventually<T>(
  ask: () => T,
  isSo: (found: Awaited<T>) => unknown = Boolean,
  rest: () => Promise<unknown> = () => pause(PAUSE_MS),
): Promise<Awaited<T>> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    const found = await ask();
    if (await isSo(found)) return found;
    if (performance.now() > end) throw new Error(`in vain: ${ask} was ${inspect(found)}, and not ${isSo}`);
    await rest();
  }
}
