import { type Clock, SECOND } from '../time.js';

/**
 * In a burst, messages that wait to be accepted come before turns that nobody waits for: the burst is taken in first,
 * and answered after that.
 */
export interface Pace {
  /** Passes on an acceptance that somebody waits for. */
  accepting<T>(acceptance: Promise<T>): Promise<T>;
  /** Resolves when the turn of an accepted message may begin; first come, first served. */
  ready(): Promise<void>;
  /** Turns have waited for so long that what came now would be answered too late: it had better come again. */
  isBehind(): boolean;
}

/** So many acceptances under way are a burst. It lasts until there were always fewer between two looks. */
export const BURST = 32;
export const LOOK_EVERY_MS = 50;
/** In a burst, a turn begins for each of so many acceptances: even then nobody's answer stands still. */
export const ACCEPTED_FOR_A_TURN = 16;
/** So long a turn makes way; then the turns have as much of the event loop as the messages that come. */
export const MAX_LAG_MS = 10 * SECOND;
/** Of a turn that waits for its share as well, before nothing more is taken in. */
export const BEHIND_MS = 20 * SECOND;
/** So many turns begin in a round of the event loop, so that messages come in between. */
const A_ROUND = 16;

interface Waiting {
  since: number;
  begin(): void;
}

/** `monotonicNow`: milliseconds of a clock that only goes forward; the default is the process's own. */
export function createPace(clock: Clock, monotonicNow: () => number = () => performance.now()): Pace {
  /** In the order they came. A set: what a long array takes from its front, it pays for by its length. */
  const waiting = new Set<Waiting>();
  let underWay = 0;
  let accepted = 0;
  let inBurst = false;
  let crowded = false;
  let going = false;

  function begin(count: number): void {
    let left = count;
    for (const turn of waiting) {
      if (left === 0) return;
      left -= 1;
      waiting.delete(turn);
      turn.begin();
    }
  }

  /** How long the oldest turn has waited. */
  function lagMs(): number {
    for (const oldest of waiting) return monotonicNow() - oldest.since;
    return 0;
  }

  const makesWay = (): boolean => inBurst && lagMs() < MAX_LAG_MS;

  /** Begins turns, round by round of the event loop, until they have to make way. */
  function go(): void {
    if (going || waiting.size === 0 || makesWay()) return;
    going = true;
    setImmediate(() => {
      going = false;
      if (!makesWay()) begin(A_ROUND);
      go();
    });
  }

  function look(): void {
    inBurst = crowded;
    crowded = false;
    if (inBurst) clock.after(LOOK_EVERY_MS, look);
    go();
  }

  return {
    accepting(acceptance) {
      underWay += 1;
      if (underWay >= BURST) {
        crowded = true;
        if (!inBurst) clock.after(LOOK_EVERY_MS, look);
        inBurst = true;
      }
      return acceptance.finally(() => {
        underWay -= 1;
        accepted = (accepted + 1) % ACCEPTED_FOR_A_TURN;
        if (accepted === 0) begin(1);
      });
    },
    ready() {
      if (waiting.size === 0 && !makesWay()) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.add({ since: monotonicNow(), begin: resolve });
        go();
      });
    },
    isBehind: () => lagMs() >= BEHIND_MS,
  };
}
