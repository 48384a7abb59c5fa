import { MINUTE, SECOND } from '../../time.js';

/** Milliseconds of service after which a worker's earlier ends are forgotten. */
export const SOUND_AFTER_MS = 1 * MINUTE;
/** Ends in a row, none of them after a minute of service, that are answered by another start; one more ends all. */
const MAX_IN_A_ROW = 5;

/** How long to wait before a worker is started again. */
export interface Pauses {
  /** Milliseconds; null: it has ended too often. `servedMs` is how long it served; 0: it never did. */
  next(servedMs: number): number | null;
}

/** No pause after the first end, then 1, 2, 4 and 8 seconds. */
export function createPauses(soundAfterMs: number): Pauses {
  let inARow = 0;
  return {
    next(servedMs) {
      if (servedMs >= soundAfterMs) inARow = 0;
      inARow += 1;
      if (inARow > MAX_IN_A_ROW) return null;
      return inARow === 1 ? 0 : 2 ** (inARow - 2) * SECOND;
    },
  };
}
