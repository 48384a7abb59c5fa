import { type Clock, MINUTE, SECOND, type Timer } from '../time.js';
import type { DeliveryPolicy } from './target.js';

/** Lanes of a channel that wait in memory for its pace. Further ones rest in the database. */
const MAX_WAITING = 100;
/** Bounds of such a rest, in milliseconds. */
const SHORTEST_REST_MS = 1 * SECOND;
const LONGEST_REST_MS = 1 * MINUTE;

/** The right to make one POST for a channel; to be given back once. */
export interface Turn {
  /** The POST was made. */
  over(): void;
  /** It was not made, and counts for nothing. */
  unused(): void;
}

/** A place in the line of a channel. */
export interface TurnAhead {
  turn: Promise<Turn>;
  /** Gives up the place, or the turn that has come meanwhile. */
  leave(): void;
}

/** Keeps each channel to the POSTs at once and a second that its settings allow. */
export interface ChannelPace {
  /** A turn; a place in the line when the channel is at its limit; a number: how long to rest in the database. */
  enter(channelId: string, policy: DeliveryPolicy): Turn | TurnAhead | number;
}

interface Paced {
  policy: DeliveryPolicy;
  underWay: number;
  /** When the next POST may begin, by the monotonic clock. */
  nextAt: number;
  line: Set<(turn: Turn) => void>;
  timer: Timer | null;
}

const FREE: Turn = { over() {}, unused() {} };

const intervalOf = ({ maxPerSecond }: DeliveryPolicy): number => (maxPerSecond === null ? 0 : SECOND / maxPerSecond);

export function createChannelPace(clock: Clock): ChannelPace {
  const channels = new Map<string, Paced>();

  function take(channelId: string, paced: Paced, now: number): Turn {
    const intervalMs = intervalOf(paced.policy);
    paced.underWay += 1;
    paced.nextAt = Math.max(paced.nextAt, now) + intervalMs;
    let settled = false;
    const settle = (isUnused: boolean) => {
      if (settled) return;
      settled = true;
      paced.underWay -= 1;
      if (isUnused) paced.nextAt -= intervalMs;
      serve(channelId, paced);
    };
    return { over: () => settle(false), unused: () => settle(true) };
  }

  function mayBegin({ policy, underWay, nextAt }: Paced, now: number): boolean {
    const { maxConcurrency } = policy;
    return (maxConcurrency === null || underWay < maxConcurrency) && nextAt <= now;
  }

  /** Looks at the clock once: whoever is too early by it has a timer set by it. */
  function serve(channelId: string, paced: Paced): void {
    const now = clock.monotonicNow();
    for (const admitted of paced.line) {
      if (!mayBegin(paced, now)) break;
      paced.line.delete(admitted);
      admitted(take(channelId, paced, now));
    }
    const waitMs = paced.nextAt - now;
    paced.timer?.cancel();
    paced.timer = null;
    if (waitMs > 0) paced.timer = clock.after(waitMs, () => serve(channelId, paced));
    else if (paced.underWay === 0 && paced.line.size === 0) channels.delete(channelId);
  }

  return {
    enter(channelId, policy) {
      const known = channels.get(channelId);
      if (!known && policy.maxConcurrency === null && policy.maxPerSecond === null) return FREE;
      const paced = known ?? { policy, underWay: 0, nextAt: 0, line: new Set(), timer: null };
      channels.set(channelId, paced);
      paced.policy = policy;
      const now = clock.monotonicNow();
      if (paced.line.size === 0 && mayBegin(paced, now)) return take(channelId, paced, now);
      if (paced.line.size >= MAX_WAITING) {
        const waitMs = paced.line.size * Math.max(intervalOf(policy), SHORTEST_REST_MS / MAX_WAITING);
        return Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, waitMs));
      }
      let place: (turn: Turn) => void = () => {};
      const turn = new Promise<Turn>((resolve) => {
        place = resolve;
        paced.line.add(place);
      });
      if (paced.timer === null) serve(channelId, paced); // sets the timer of its rate
      return {
        turn,
        leave() {
          if (!paced.line.delete(place)) void turn.then((unused) => unused.unused()); // never rejects
        },
      };
    },
  };
}
