import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { AppError } from '../errors.js';
import { type Clock, MINUTE, SECOND } from '../time.js';

/** A number of requests a minute for each key, in bursts of up to a minute's worth at once. */
export interface RateLimit {
  /** TOO_MANY_REQUESTS, with the seconds to wait, when the key has used up its share. */
  take(key: string): void;
  /** What was taken and, as it turned out, not used. */
  giveBack(key: string): void;
}

export interface RateLimits {
  app: RateLimit;
  channel: RateLimit;
  /** Refused tokens by the address they came from. Signed tokens that hold are never refused for it; encrypted ones are not opened. */
  refusedTokens: RateLimit;
  /** Proactive jobs by bot. */
  notifications: RateLimit;
}

/** Keys remembered by each limit; beyond, the one unused for longest begins anew with its full share. */
const MAX_KEYS = 20_000;

/** Token buckets in this process's memory. `perMinute` 0: no limit. */
export function createRateLimit(perMinute: number, clock: Clock): RateLimit {
  const buckets = new LRUCache<string, { left: number; at: number }>(atMost(MAX_KEYS));
  return {
    take(key) {
      if (perMinute === 0) return;
      const now = clock.monotonicNow();
      const { left, at } = buckets.get(key) ?? { left: perMinute, at: now };
      const available = Math.min(perMinute, left + ((now - at) * perMinute) / MINUTE);
      buckets.set(key, { left: Math.max(0, available - 1), at: now });
      if (available >= 1) return;
      const retryAfterSeconds = Math.max(1, Math.ceil(((1 - available) * MINUTE) / perMinute / SECOND));
      throw new AppError('TOO_MANY_REQUESTS', 'Too Many requests', { details: { retryAfterSeconds } });
    },
    giveBack(key) {
      const bucket = buckets.get(key);
      if (bucket) bucket.left = Math.min(perMinute, bucket.left + 1);
    },
  };
}
