import * as chrono from 'chrono-node';

/** Dates a text names, as `2026-11-22`; "tomorrow" counts from `now`. A month alone is a date in an answer only. */
export function findDates(text: string, now: number, monthsToo: boolean): string[] {
  return parse(text, now)
    .filter(
      ({ start }) => start.isCertain('day') || start.isCertain('weekday') || (monthsToo && start.isCertain('month')),
    )
    .map(({ start }) => dateOf(start));
}

/** Times of day a text names, as `14:30:00`. */
export function findTimes(text: string, now: number): string[] {
  const found = parse(text, now)
    .filter(({ start }) => start.isCertain('hour'))
    .map(({ start }) => timeOf(start));
  if (found.length > 0) return found;
  // A bare hour answers "at what time?".
  const bare = /^\s*(?:at\s+)?(\d{1,2})\s*$/.exec(text)?.[1];
  return bare !== undefined && Number(bare) < 24 ? [`${bare.padStart(2, '0')}:00:00`] : [];
}

/** Moments a text names, as `2026-11-22T14:30:00+00:00`. */
export function findDateTimes(text: string, now: number): string[] {
  return parse(text, now).map(({ start }) => `${dateOf(start)}T${timeOf(start)}+00:00`);
}

function parse(text: string, now: number): chrono.ParsedResult[] {
  const reference = { instant: new Date(now), timezone: 'UTC' };
  const iso = text.replace(/\b(\d{1,2})[-.](\d{1,2})[-.](\d{4})\b/g, '$1/$2/$3');
  const results = chrono.casual.parse(iso, reference, { forwardDate: true });
  return results.length > 0 ? results : chrono.en.GB.parse(iso, reference, { forwardDate: true });
}

const two = (value: number | null): string => String(value ?? 0).padStart(2, '0');
const dateOf = (parts: chrono.ParsedComponents): string =>
  `${String(parts.get('year') ?? 0).padStart(4, '0')}-${two(parts.get('month'))}-${two(parts.get('day'))}`;
const timeOf = (parts: chrono.ParsedComponents): string =>
  `${two(parts.get('hour'))}:${two(parts.get('minute'))}:${two(parts.get('second'))}`;
