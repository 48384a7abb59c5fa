import type { Choice, EntityField } from '../../../definition/program.js';
import type { Json } from '../../../json.js';
import { matchChoices } from './choices.js';
import { findColors } from './colors.js';
import { findCountries } from './countries.js';
import { findMoney } from './currencies.js';
import { type DateScope, findDates, findDateTimes, findPeriods, findTimes } from './dates.js';
import { withoutLabels } from './labels.js';
import { localeOf } from './locales.js';
import { findNumbers } from './numbers.js';
import { findPhones } from './phones.js';
import { addressIn, isTalk, placeIn } from './places.js';
import { findQuantities } from './quantities.js';
import { findTimeZones } from './time-zones.js';

export interface RecognitionScope {
  /** Read when a value depends on it: most do not. */
  readonly dates: DateScope;
  choices: readonly Choice[];
  attachments: readonly Json[];
  /** Runs the pattern of a bot, which may be slow on purpose, away from this thread. */
  matchRegex: (pattern: string, text: string) => Promise<string | null>;
  /** `answer`: the text answers a prompt. `mention`: it may mention a value on its way. */
  as: 'answer' | 'mention';
}

/** Characters looked through for values, since 100,000 of them take seconds; what stands beyond is not found. */
const MAX_SEARCHED = 2000;
const WHOLE: readonly EntityField['entityType'][] = ['string', 'regex', 'list', 'attachment'];

/** The values of an entity found in a text, in order; empty when it has none. */
export async function recognise(field: EntityField, text: string, scope: RecognitionScope): Promise<Json[]> {
  const whole = text.trim();
  const trimmed = WHOLE.includes(field.entityType) ? whole : whole.slice(0, MAX_SEARCHED);
  if (field.entityType === 'attachment') return [...scope.attachments];
  if (trimmed === '') return [];
  const answers = scope.as === 'answer';
  switch (field.entityType) {
    case 'list':
      return matchChoices(trimmed, scope.choices, answers);
    case 'number':
      return answers || /\d/.test(trimmed) ? findNumbers(trimmed, scope.dates.locale, field.array) : [];
    case 'percentage':
      return findNumbers(withoutLabels(trimmed.replaceAll('%', ' ')), scope.dates.locale, field.array);
    case 'currency':
      return findMoney(trimmed, scope.dates.locale).map((money) => ({ ...money }));
    case 'currency_v2':
      return findMoney(trimmed, scope.dates.locale).map(({ amount, code }) => ({ amount, unit: code, code }));
    case 'quantity':
      return findQuantities(trimmed, scope.dates.locale, answers, field.unit ?? '').map((quantity) => ({
        ...quantity,
      }));
    case 'phone':
      return findPhones(trimmed);
    case 'date':
      return findDates(trimmed, scope.dates, answers);
    case 'time':
      return findTimes(trimmed, scope.dates);
    case 'datetime':
      return findDateTimes(trimmed, scope.dates);
    case 'date_period':
      return periodsIn(trimmed, scope.dates);
    case 'time_zone':
      return answers ? findTimeZones(trimmed, scope.dates.now) : [];
    case 'email':
      return all(trimmed, EMAIL);
    case 'url':
      return all(trimmed, URL_TEXT);
    case 'zip':
      return all(trimmed, ZIP).slice(0, 1);
    case 'regex': {
      if (field.pattern.trim() === '') return [];
      const found = await scope.matchRegex(field.pattern, trimmed);
      return found === null ? [] : [found];
    }
    case 'person':
      return answers ? personName(trimmed) : [];
    case 'color':
      return findColors(trimmed, languageOf(scope)).slice(0, field.array ? undefined : 1);
    case 'country':
      return findCountries(trimmed, languageOf(scope)).map((country) => ({ ...country }));
    case 'city':
    case 'location': {
      const place = answers ? placeIn(trimmed, languageOf(scope)) : null;
      return place === null ? [] : [place];
    }
    case 'address': {
      const address = answers ? addressIn(trimmed, languageOf(scope)) : null;
      return address === null ? [] : [address];
    }
    case 'unknown':
      return [];
    case 'string':
      return answers ? [trimmed] : [];
  }
}

const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63})+/g;
const URL_TEXT = /\b(?:https?:\/\/|www\.)[^\s<>"]+/gi;
const ZIP = /\b(?:\d{5}-\d{4}|\d{4,6}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b/gi;
const INTRODUCTION =
  /^(?:hi|hello|hey)?[,.! ]*(?:my name is|the name is|name is|i am|i'm|im|this is|it is|it's|call me)\s+/i;

const all = (text: string, pattern: RegExp): string[] => text.match(pattern) ?? [];

/** Given names that are words of a conversation in small letters. */
const GIVEN_NAMES = /^(?:May|Will)$/;

/** Names hold letters, blanks and a few marks; digits or too many words are no name. */
function personName(text: string): string[] {
  const name = text
    .replace(INTRODUCTION, '')
    .replace(/[.!?,;]+$/, '')
    .trim();
  if (GIVEN_NAMES.test(name)) return [name];
  if (isTalk(name.toLowerCase().split(/\s+/))) return [];
  const isName = /^[\p{L}\p{M}][\p{L}\p{M}'’.\- ]*$/u.test(name) && name.split(/\s+/).length <= 5;
  return isName ? [name] : [];
}

const languageOf = ({ dates }: RecognitionScope): string => localeOf(dates.locale)?.language ?? 'en';

/** Periods, where a text may say how long instead of until when. */
function periodsIn(text: string, dates: DateScope): Json[] {
  const length = findQuantities(text, dates.locale, false, '').find(({ unit }) => unit in DAYS);
  const rest = length ? text.replace(length.source, ' ') : text;
  const days = length ? Math.round((DAYS[length.unit] ?? 0) * length.amount) : null;
  return findPeriods(rest, dates, days).map((period) => ({ ...period }));
}

const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, fortnight: 14, month: 30 };
