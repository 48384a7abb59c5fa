import type { Choice, EntityField } from '../../../definition/program.js';
import type { Json } from '../../../json.js';
import { matchChoices } from './choices.js';
import { type DateScope, findDates, findDateTimes, findTimes } from './dates.js';
import { findNumbers } from './numbers.js';
import { findPhones } from './phones.js';

export interface RecognitionScope {
  dates: DateScope;
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
      return answers || /\d/.test(trimmed) ? findNumbers(trimmed) : [];
    case 'percentage':
      return findNumbers(trimmed.replaceAll('%', ' '));
    case 'currency':
      return findAmounts(trimmed);
    case 'phone':
      return findPhones(trimmed);
    case 'date':
      return findDates(trimmed, scope.dates, answers);
    case 'time':
      return findTimes(trimmed, scope.dates);
    case 'datetime':
      return findDateTimes(trimmed, scope.dates);
    case 'email':
      return all(trimmed, EMAIL);
    case 'url':
      return all(trimmed, URL_TEXT);
    case 'zip':
      return all(trimmed, ZIP).slice(0, 1);
    case 'regex': {
      const found = await scope.matchRegex(field.pattern, trimmed);
      return found === null ? [] : [found];
    }
    case 'person':
      return answers ? personName(trimmed) : [];
    case 'color':
      return answers || COLOR.test(trimmed) ? [COLOR.exec(trimmed)?.[0] ?? trimmed] : [];
    case 'city':
    case 'location':
      return answers ? [place(trimmed)] : [];
    case 'string':
      return answers ? [trimmed] : [];
  }
}

const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63})+/g;
const URL_TEXT = /\b(?:https?:\/\/|www\.)[^\s<>"]+/gi;
const ZIP = /\b(?:\d{5}-\d{4}|\d{4,6}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b/gi;
const COLOR =
  /\b(?:black|white|gr[ae]y|red|green|blue|yellow|orange|purple|violet|pink|brown|gold|silver|cyan|magenta|beige|maroon|navy)\b/i;
const INTRODUCTION =
  /^(?:hi|hello|hey)?[,.! ]*(?:my name is|the name is|name is|i am|i'm|im|this is|it is|it's|call me)\s+/i;

const all = (text: string, pattern: RegExp): string[] => text.match(pattern) ?? [];

/** Names hold letters, blanks and a few marks; digits or too many words are no name. */
function personName(text: string): string[] {
  const name = text
    .replace(INTRODUCTION, '')
    .replace(/[.!?,;]+$/, '')
    .trim();
  const isName = /^[\p{L}\p{M}][\p{L}\p{M}'’.\- ]*$/u.test(name) && name.split(/\s+/).length <= 5;
  return isName ? [name] : [];
}

const place = (text: string): string =>
  text.replace(/^(?:i am |i'm )?(?:in|at|from|to|near)\s+/i, '').replace(/[.!?]+$/, '');

const CURRENCIES: readonly [RegExp, string][] = [
  [/€|\beur(?:os?)?\b/i, 'EUR'],
  [/£|\bgbp\b|\bpounds?\b/i, 'GBP'],
  [/₹|\binr\b|\brupees?\b|\brs\b/i, 'INR'],
  [/¥|\bjpy\b|\byen\b/i, 'JPY'],
  [/\$|\busd\b|\bdollars?\b/i, 'USD'],
];

function findAmounts(text: string): Json[] {
  const code = CURRENCIES.find(([sign]) => sign.test(text))?.[1] ?? '';
  return findNumbers(text.replace(/[€£₹¥$]/g, ' ')).map((amount) => ({ amount, code }));
}
