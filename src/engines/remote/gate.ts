import { createEndpointHealth } from '../../dispatcher/endpoint-health.js';
import type { Clock } from '../../time.js';
import { RemoteError } from './remote-error.js';

/** How many may wait for a place for each that is in. */
const WAITING_PER_PLACE = 8;

/**
 * How many calls to one endpoint run at once, and whether it is worth calling at all. An endpoint that failed ten times
 * in a row rests for half a minute, then one call tries it: the same breaker as for callbacks.
 */
export interface Gate {
  /**
   * Resolves with the pass when it is the caller's turn. RemoteError: RESTING, BUSY, TIMEOUT when the signal aborts
   * first.
   */
  enter(endpoint: string, places: number, signal: AbortSignal): Promise<Pass>;
}

/** To be settled once, with what the call came to. */
export interface Pass {
  succeeded(): void;
  failed(): void;
  /** The endpoint asked to be left alone, for so many milliseconds if it said. */
  busy(waitMs: number | null): void;
}

interface Line {
  inside: number;
  waiting: Set<() => void>;
}

export function createGate(clock: Clock): Gate {
  const health = createEndpointHealth();
  const lines = new Map<string, Line>();

  function leave(endpoint: string, line: Line): void {
    line.inside -= 1;
    const [next] = line.waiting;
    if (next) next();
    else if (line.inside === 0) lines.delete(endpoint);
  }

  function place(endpoint: string, places: number, signal: AbortSignal): Promise<Line> {
    const line = lines.get(endpoint) ?? { inside: 0, waiting: new Set() };
    lines.set(endpoint, line);
    if (line.inside < places) {
      line.inside += 1;
      return Promise.resolve(line);
    }
    if (line.waiting.size >= places * WAITING_PER_PLACE) {
      return Promise.reject(new RemoteError('BUSY', `More than ${line.waiting.size} messages wait for this bot.`));
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        line.waiting.delete(enter);
        signal.removeEventListener('abort', giveUp);
        line.inside += 1;
        resolve(line);
      };
      const giveUp = (): void => {
        line.waiting.delete(enter);
        reject(new RemoteError('TIMEOUT', 'The bot was busy with other messages for too long.'));
      };
      line.waiting.add(enter);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  return {
    async enter(endpoint, places, signal) {
      if (signal.aborted) throw new RemoteError('TIMEOUT', 'There was no time left to ask the bot.');
      const line = await place(endpoint, places, signal);
      const until = health.blockedUntil(endpoint, clock.monotonicNow());
      if (until !== null) {
        leave(endpoint, line);
        const seconds = Math.ceil((until - clock.monotonicNow()) / 1000);
        throw new RemoteError('RESTING', `The bot failed too often in a row; it is tried again in ${seconds} s.`);
      }
      let settled = false;
      const settle = (tell: () => void) => () => {
        if (settled) return;
        settled = true;
        tell();
        leave(endpoint, line);
      };
      return {
        succeeded: settle(() => health.succeeded(endpoint)),
        failed: settle(() => health.failed(endpoint, clock.monotonicNow())),
        busy: (waitMs) => settle(() => health.busy(endpoint, clock.monotonicNow(), waitMs))(),
      };
    },
  };
}
