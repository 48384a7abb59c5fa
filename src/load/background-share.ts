import type { Clock } from '../time.js';
import { BACKGROUND } from './limits.js';

/** How much of its time work may take that nobody waits for. */
export interface BackgroundShare {
  /** Notes that a turn of a caller has ended. */
  turnEnded(): void;
  /** From 0 to 1: all of it while no turns come. */
  share(): number;
}

export function createBackgroundShare(clock: Pick<Clock, 'monotonicNow'>): BackgroundShare {
  let lastTurn = Number.NEGATIVE_INFINITY;
  return {
    turnEnded() {
      lastTurn = clock.monotonicNow();
    },
    share: () => (clock.monotonicNow() - lastTurn < BACKGROUND.quietMs ? BACKGROUND.share : 1),
  };
}
