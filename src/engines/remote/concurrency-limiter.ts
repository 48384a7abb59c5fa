import type { Permit } from '../../dispatcher/endpoint.js';
import { createEndpointHealth } from '../../dispatcher/endpoint-health.js';
import { type Clock, SECOND } from '../../time.js';
import { RemoteError } from './remote-error.js';

/** Calls that may wait for each permit there is; RemoteError BUSY beyond it. */
const WAITING_PER_PERMIT = 8;

/**
 * Limits the calls to one endpoint under way at once, and makes none while the endpoint is in trouble: by the same
 * rules as for callbacks.
 */
export interface ConcurrencyLimiter {
  /**
   * Resolves with the permit when it is the caller's turn. RemoteError: RESTING, BUSY, TIMEOUT when the signal aborts
   * first.
   */
  acquire(endpoint: string, permits: number, signal: AbortSignal): Promise<Permit>;
}

interface Queue {
  underWay: number;
  waiting: Set<() => void>;
}

export function createConcurrencyLimiter(clock: Clock): ConcurrencyLimiter {
  const health = createEndpointHealth(clock);
  const queues = new Map<string, Queue>();

  function release(endpoint: string, queue: Queue): void {
    queue.underWay -= 1;
    const [next] = queue.waiting;
    if (next) next();
    else if (queue.underWay === 0) queues.delete(endpoint);
  }

  function take(endpoint: string, permits: number, signal: AbortSignal): Promise<Queue> {
    const queue = queues.get(endpoint) ?? { underWay: 0, waiting: new Set() };
    queues.set(endpoint, queue);
    if (queue.underWay < permits) {
      queue.underWay += 1;
      return Promise.resolve(queue);
    }
    if (queue.waiting.size >= permits * WAITING_PER_PERMIT) {
      return Promise.reject(new RemoteError('BUSY', `More than ${queue.waiting.size} messages wait for this bot.`));
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        queue.waiting.delete(enter);
        signal.removeEventListener('abort', giveUp);
        queue.underWay += 1;
        resolve(queue);
      };
      const giveUp = (): void => {
        queue.waiting.delete(enter);
        reject(new RemoteError('TIMEOUT', 'The bot was busy with other messages for too long.'));
      };
      queue.waiting.add(enter);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  return {
    async acquire(endpoint, permits, signal) {
      if (signal.aborted) throw new RemoteError('TIMEOUT', 'There was no time left to ask the bot.');
      const queue = await take(endpoint, permits, signal);
      const permit = health.tryEnter(endpoint);
      if (!permit) {
        release(endpoint, queue);
        const seconds = Math.max(1, Math.ceil(health.restMs(endpoint) / SECOND));
        throw new RemoteError('RESTING', `The bot failed too often in a row; it is tried again in ${seconds} s.`);
      }
      let released = false;
      const settle = <T>(tell: () => T): T => {
        const told = tell();
        if (!released) release(endpoint, queue);
        released = true;
        return told;
      };
      return {
        answered: (status, waitMs) => settle(() => permit.answered(status, waitMs)),
        failed: (error) => settle(() => permit.failed(error)),
        cancelled: () => settle(permit.cancelled),
      };
    },
  };
}
