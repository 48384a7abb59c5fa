import { LRUCache } from 'lru-cache';
import { MINUTE } from './time.js';

/** Cached formatters, one per time zone, as they are slow to make; beyond, the least recently used is evicted. */
const MAX_FORMATTERS = 500;
const formatters = new LRUCache<string, Intl.DateTimeFormat>({ max: MAX_FORMATTERS });

/** Whether a text is the IANA name of a time zone, like `Europe/Berlin`. */
export function isTimeZone(text: string): boolean {
  try {
    return formatterOf(text) !== null;
  } catch {
    return false;
  }
}

/** Whether a text is a BCP 47 tag, like `en-GB`. */
export function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length > 0;
  } catch {
    return false;
  }
}

/** Offset of a time zone from UTC at a moment, in minutes; positive east of Greenwich. */
export function offsetMinutes(timeZone: string, at: number): number {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return Math.round((Date.UTC(year, month - 1, day, hour, minute) - at) / MINUTE);
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}
