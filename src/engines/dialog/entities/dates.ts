import * as chrono from 'chrono-node';
import { own } from '../../../definition/json.js';
import { DAY, MINUTE } from '../../../time.js';
import { offsetMinutes } from '../../../time-zone.js';
import { meansDate } from './date-words.js';
import { daysInDigits } from './days-of-month.js';
import { hoursInDigits } from './hours.js';
import { withoutPauses } from './idioms.js';
import { withoutLabels } from './labels.js';
import { localeOf } from './locales.js';

/** How the user's dates are read. */
export interface DateScope {
  /** Milliseconds since the epoch: what "tomorrow" counts from. */
  now: number;
  /** IANA name of the zone the user means. */
  timeZone: string;
  /** BCP 47 tag: its language's words are known, and its order of day and month. */
  locale: string;
}

/** Dates a text names, as `2026-11-22`. A month alone is a date in an answer only. */
export function findDates(text: string, scope: DateScope, monthsToo: boolean): string[] {
  return parse(text, scope)
    .filter(
      ({ start }) => start.isCertain('day') || start.isCertain('weekday') || (monthsToo && start.isCertain('month')),
    )
    .map(({ start }) => momentOf(start, scope).date);
}

export interface Period {
  fromDate: string;
  toDate: string;
}

/** Periods between two dates that a text names, or one date and how long: "5 to 10 May", "five days from tomorrow". */
export function findPeriods(text: string, scope: DateScope, days: number | null): Period[] {
  const dated = parse(text, scope).filter(({ start }) => start.isCertain('day') || start.isCertain('weekday'));
  const dateOf = (parts: chrono.ParsedComponents): string => momentOf(parts, scope).date;
  const ranges = dated.flatMap(({ start, end }) => (end ? [{ fromDate: dateOf(start), toDate: dateOf(end) }] : []));
  if (ranges.length > 0) return ranges;
  const [from, to] = dated.map(({ start }) => dateOf(start)).sort();
  if (from === undefined) return [];
  if (to !== undefined && to !== from) return [{ fromDate: from, toDate: to }];
  return days === null
    ? []
    : [{ fromDate: from, toDate: new Date(Date.parse(from) + days * DAY).toISOString().slice(0, 10) }];
}

/** Times of day a text names, as `14:30:00`. */
export function findTimes(text: string, scope: DateScope): string[] {
  const found = parse(text, scope)
    .filter(({ start }) => start.isCertain('hour'))
    .map(({ start }) => momentOf(start, scope).time);
  if (found.length > 0) return found;
  // A bare hour answers "at what time?".
  const bare = /^\s*(?:at\s+)?(\d{1,2})\s*$/.exec(text)?.[1];
  return bare !== undefined && Number(bare) < 24 ? [`${bare.padStart(2, '0')}:00:00`] : [];
}

/** Moments a text names, as `2026-11-22T14:30:00+01:00`. */
export function findDateTimes(text: string, scope: DateScope): string[] {
  return parse(text, scope).map(({ start }) => {
    const { date, time, offset } = momentOf(start, scope);
    return `${date}T${time}${offset}`;
  });
}

function parse(text: string, { now, timeZone, locale }: DateScope): chrono.ParsedResult[] {
  const reference = { instant: new Date(now), timezone: offsetMinutes(timeZone, now) };
  const today = new Date(now + offsetMinutes(timeZone, now) * MINUTE);
  const slashed = daysInDigits(hoursInDigits(withoutLabels(withoutPauses(text))), today)
    .replace(/(?<![\d.-])(\d{1,2})[-.](\d{1,2})[-.](\d{4}|\d{2})(?![\d.-])/g, '$1/$2/$3')
    .replace(/\b(\d{1,2})\.\s?(\d{1,2})\.(?!\d)/g, '$1/$2');
  for (const parser of parsersOf(locale)) {
    const named = parser.parse(slashed, reference, { forwardDate: true });
    const found = named.filter(({ text: words, index }) => meansDate(words, index, slashed));
    if (found.length > 0) return found;
  }
  return [];
}

const LANGUAGES: Readonly<Record<string, chrono.Chrono>> = {
  ar: chrono.ar.casual,
  de: chrono.de.casual,
  es: chrono.es.casual,
  fi: chrono.fi.casual,
  fr: chrono.fr.casual,
  id: chrono.id.casual,
  it: chrono.it.casual,
  ja: chrono.ja.casual,
  nl: chrono.nl.casual,
  pt: chrono.pt.casual,
  ru: chrono.ru.casual,
  sv: chrono.sv.casual,
  uk: chrono.uk.casual,
  vi: chrono.vi.casual,
  zh: chrono.zh.casual,
};

/** The language's own parser, then English in the order of day and month of the locale, then in the other one. */
function parsersOf(locale: string): chrono.Chrono[] {
  const known = localeOf(locale);
  const spoken = known ? own(LANGUAGES, known.language) : undefined;
  const orders = [chrono.en.GB, chrono.en.casual];
  return [...(spoken ? [spoken] : []), ...(known?.isDayFirst ? orders : orders.reverse())];
}

/** What the clock in the zone shows at the moment that is named, and how far it is ahead of UTC then. */
function momentOf(parts: chrono.ParsedComponents, { timeZone }: DateScope): Record<'date' | 'time' | 'offset', string> {
  const get = (part: chrono.Component): number => parts.get(part) ?? 0;
  let shown = new Date(0);
  let offset: number;
  if (parts.isCertain('timezoneOffset')) {
    // "in three hours", or a zone of its own: a moment, whatever the clock shows.
    const moment = parts.date().getTime();
    offset = offsetMinutes(timeZone, moment);
    shown = new Date(moment + offset * MINUTE);
  } else {
    shown.setUTCFullYear(get('year'), get('month') - 1, get('day'));
    shown.setUTCHours(get('hour'), get('minute'), get('second'));
    offset = offsetOfClock(shown.getTime(), timeZone);
  }
  const [date = '', time = ''] = shown.toISOString().split('T');
  return { date, time: time.slice(0, 8), offset: offsetText(offset) };
}

/** How far a clock that shows this time is ahead of UTC: the first of two such times; in a gap, as before it. */
function offsetOfClock(shown: number, timeZone: string): number {
  const before = offsetMinutes(timeZone, shown - DAY);
  if (offsetMinutes(timeZone, shown - before * MINUTE) === before) return before;
  const after = offsetMinutes(timeZone, shown + DAY);
  return offsetMinutes(timeZone, shown - after * MINUTE) === after ? after : before;
}

export function offsetText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const ahead = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}
