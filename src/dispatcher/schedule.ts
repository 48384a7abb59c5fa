import { DAY, HOUR, MINUTE, SECOND } from '../time.js';

/** Waits before the quick tries, which are made within one lease: as many tries as there are waits. */
export const QUICK_WAITS_MS = [1 * SECOND, 5 * SECOND] as const;

/** Waits before the tries after those, counted from the one before; then hourly. */
const LONG_WAITS_MS = [15 * SECOND, 1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 1 * HOUR] as const;

const JITTER = 0.2; // spreads what failed together

/** The longest an endpoint may ask to wait, in milliseconds: the longest retry window of a channel. */
const MAX_RETRY_AFTER_MS = 7 * DAY;

/**
 * The longest a lane that rests at a start may go on resting, in milliseconds. One that is due later was mostly put to rest
 * by a clock that has been set back since, and is tried at once.
 */
export const LONGEST_REST_MS = 1 * DAY;

/** How long a delivery rests after its `spent`-th try that counts. `random` in [0, 1). */
export function restAfter(spent: number, random: number): number {
  const position = Math.max(0, spent - 1 - QUICK_WAITS_MS.length);
  const wait = LONG_WAITS_MS[Math.min(position, LONG_WAITS_MS.length - 1)] ?? HOUR;
  return Math.round(wait * (1 + JITTER * (2 * random - 1)));
}

/** Milliseconds an endpoint asks to wait (RFC 9110 §10.2.3: seconds or a date), at most MAX_RETRY_AFTER_MS; null: it does not say. */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | null {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return null;
  const wait = /^\d{1,10}$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), MAX_RETRY_AFTER_MS) : null;
}
