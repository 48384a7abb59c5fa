import type { Clock } from '../time.js';
import { TURNS } from './limits.js';

/**
 * Decides when the turn of an accepted asynchronous message may begin. In a burst, messages that wait to be accepted come
 * before turns that nobody waits for: the burst is taken in first and answered after that.
 */
export interface TurnScheduler {
  /** Passes on an acceptance, and counts it while it is under way. */
  accepting<T>(acceptance: Promise<T>): Promise<T>;
  /** Resolves when the turn of an accepted message may begin; first come, first served. */
  ready(): Promise<void>;
  /** Whether the oldest turn has waited for TURNS.maxLagMs: what came now would be answered too late. */
  isBehind(): boolean;
}

interface Waiting {
  since: number;
  begin(): void;
}

/** `monotonicNow`: milliseconds of a clock that only goes forward; the default is the process's own. */
export function createTurnScheduler(clock: Clock, monotonicNow: () => number = () => performance.now()): TurnScheduler {
  /** In the order they came. A set, because an array pays for what is taken from its front by its length. */
  const waiting = new Set<Waiting>();
  let underWay = 0;
  let accepted = 0;
  let burst: 'NONE' | 'WATCHED' | 'GOING_ON' = 'NONE';
  let beginning = false;

  function begin(count: number): void {
    let left = count;
    for (const turn of waiting) {
      if (left === 0) return;
      left -= 1;
      waiting.delete(turn);
      turn.begin();
    }
  }

  /** Milliseconds that the oldest turn has waited. */
  function lagMs(): number {
    for (const oldest of waiting) return monotonicNow() - oldest.since;
    return 0;
  }

  const yields = (): boolean => burst !== 'NONE' && lagMs() < TURNS.maxYieldMs;

  /** Begins turns, tick by tick of the event loop, until they have to yield. */
  function beginTurns(): void {
    if (beginning || waiting.size === 0 || yields()) return;
    beginning = true;
    setImmediate(() => {
      beginning = false;
      if (!yields()) begin(TURNS.perTick);
      beginTurns();
    });
  }

  /** GOING_ON: enough acceptances were under way since the last look. WATCHED: not since; the next look ends it. */
  function look(): void {
    burst = burst === 'GOING_ON' ? 'WATCHED' : 'NONE';
    if (burst !== 'NONE') clock.after(TURNS.burstLookMs, look);
    beginTurns();
  }

  return {
    accepting(acceptance) {
      underWay += 1;
      if (underWay >= TURNS.burstFrom) {
        if (burst === 'NONE') clock.after(TURNS.burstLookMs, look);
        burst = 'GOING_ON';
      }
      return acceptance.finally(() => {
        underWay -= 1;
        accepted = (accepted + 1) % TURNS.acceptancesPerTurn;
        if (accepted === 0) begin(1);
      });
    },
    ready() {
      if (waiting.size === 0 && !yields()) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.add({ since: monotonicNow(), begin: resolve });
        beginTurns();
      });
    },
    isBehind: () => lagMs() >= TURNS.maxLagMs,
  };
}
