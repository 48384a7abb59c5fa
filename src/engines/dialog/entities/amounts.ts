import { own } from '../../../definition/json.js';
import { withoutIdioms } from './idioms.js';
import { withoutLabels } from './labels.js';
import { CODES, spokenNumber } from './numbers.js';

/** A number in a text, from `start` up to `end`. */
export interface Amount {
  value: number;
  start: number;
  end: number;
  /** "a", "half a": a number only before what it counts. */
  article: boolean;
}

/**
 * The numbers of a text as amounts of something: `1,250.50`, `5,00,000`, `1.250,50`, `5 lakh`, `two and a half`, `half a`. A
 * single mark before three digits is read as the locale writes it. With `letters`, also `5k` and `1.2m`.
 */
export function findAmountsIn(text: string, locale: string, letters: boolean): Amount[] {
  const plain = withoutLabels(withoutIdioms(text.toLowerCase()));
  const lower = plain.replace(CODES, (code) => ' '.repeat(code.length));
  const written = [...lower.matchAll(DIGITS)].map((match): Amount => {
    const start = match.index;
    const end = start + match[0].length;
    return scaled({ value: toNumber(match[0], locale), start, end, article: false }, lower, letters);
  });
  const known = written.filter(({ value }) => Number.isFinite(value));
  const free = spokenIn(lower).filter((one) => known.every(({ start, end }) => one.end <= start || one.start >= end));
  return [...known, ...free].sort((one, other) => one.start - other.start);
}

/** Whether an amount without a unit may be one: it counts nothing ("2 people") and is no hour ("at 5 sharp"). */
export const standsAlone = (text: string, { end }: Amount): boolean =>
  !/\p{L}/u.test(text.slice(end)) || MAY_FOLLOW.test(text.slice(end));

/** What may follow an amount that has no unit. */
const MAY_FOLLOW =
  /^\s*(?:$|[^\p{L}\s]|(?:please|pls|thanks|thank|only|just|each|per|a|an|or|and|to|max|maximum|min|minimum|at|is|was|would|will|should|in(?! the (?:morning|afternoon|evening|night))|for|from|on|cash|total|altogether|tops|then|plus|minus|if|but|now|today|tomorrow|exactly|maybe|more|less|bitte|por|pour|und|oder|y|o|et|ou|e|dan)(?!\p{L}))/iu;

/** No part of a date, a time, a range or an ordinal. */
const DIGITS =
  /(?<![\d.,]|\d[-/:]|\p{L}-)(?:(?<!\S)[-+])?\d+(?:[.,]\d+)*(?!\d|[-/:.,]\d|(?:(?<=(?<!1)1)st|(?<=(?<!1)2)nd|(?<=(?<!1)3)rd|th)(?!\p{L}))/gu;

function toNumber(written: string, locale: string): number {
  const marks = written.replace(/[^.,]/g, '');
  const isGrouped = new Set(marks).size === 1 && marks.length > 1;
  if (isGrouped && !/^[-+]?\d{1,3}(?:[.,]\d{2,3})+$/.test(written)) return Number.NaN; // 12.10.2026
  const decimal = decimalMark(marks, written, locale);
  const plain = [...written].filter((one) => one === decimal || !/[.,+]/.test(one)).join('');
  return Number(decimal === null ? plain : plain.replace(decimal, '.'));
}

/** The mark before the fraction; null when all marks group digits. */
function decimalMark(marks: string, written: string, locale: string): string | null {
  const last = marks.at(-1);
  if (last === undefined) return null;
  if (marks.length > 1) return marks.indexOf(last) === marks.length - 1 ? last : null;
  const fraction = written.length - written.indexOf(last) - 1;
  return fraction !== 3 || last === (decimalComma(locale) ? ',' : '.') ? last : null;
}

/** Whether a locale writes one and a half as `1,5`. */
function decimalComma(locale: string): boolean {
  const known = commas.get(locale);
  if (known !== undefined) return known;
  const found = new Intl.NumberFormat(locale).format(1.5).includes(',');
  if (commas.size < MAX_LOCALES) commas.set(locale, found);
  return found;
}

const commas = new Map<string, boolean>();
/** Locales whose way to write numbers is kept, as finding it out is slow; beyond it is found out each time. */
const MAX_LOCALES = 200;

const SCALES: Readonly<Record<string, number>> = {
  dozen: 12,
  hundred: 100,
  thousand: 1e3,
  lakh: 1e5,
  lakhs: 1e5,
  lac: 1e5,
  lacs: 1e5,
  million: 1e6,
  millions: 1e6,
  mn: 1e6,
  crore: 1e7,
  crores: 1e7,
  billion: 1e9,
  bn: 1e9,
  trillion: 1e12,
  tausend: 1e3,
  millionen: 1e6,
  mille: 1e3,
  mil: 1e3,
};
const LETTERS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 };

/** An amount with the scale or the fraction that follows it: `5 lakh`, `2.5 million`, `2 and a half`. */
function scaled(amount: Amount, lower: string, letters: boolean): Amount {
  const rest = lower.slice(amount.end, amount.end + MAX_SCALE);
  const fraction = /^ and a (half|quarter)\b/.exec(rest);
  if (fraction) {
    const more = fraction[1] === 'half' ? 0.5 : 0.25;
    return { ...amount, value: amount.value + more, end: amount.end + fraction[0].length };
  }
  const found = /^\s?(\p{L}+)/u.exec(rest);
  const word = found?.[1] ?? '';
  const scale = own(SCALES, word) ?? (letters ? own(LETTERS, word) : undefined);
  if (!found || scale === undefined) return amount;
  return scaled({ ...amount, value: tidy(amount.value * scale), end: amount.end + found[0].length }, lower, letters);
}

/** Letters that follow a number, as many as the longest scale or fraction has. */
const MAX_SCALE = 16;

/** Runs of English number words. */
function spokenIn(lower: string): Amount[] {
  const words = [...lower.matchAll(/[a-z]+/g)];
  const found: Amount[] = [];
  for (let at = 0; at < words.length; at += 1) {
    let value: number | null = null;
    let last = at;
    for (let next = at; next < Math.min(words.length, at + MAX_WORDS); next += 1) {
      const spoken = spokenAmount(words.slice(at, next + 1).map(([word]) => word));
      if (spoken === null) continue;
      value = spoken;
      last = next;
    }
    const first = words[at];
    const end = words[last];
    if (value === null || !first || !end) continue;
    const article = value <= 2 && /^(?:an?|half|quarter|couple|pair)$/.test(first[0]);
    found.push({ value, start: first.index, end: end.index + end[0].length, article });
    at = last;
  }
  return found;
}

/** Words of the longest number that is spoken out. */
const MAX_WORDS = 12;

/** The number that all of the words together are; null when they are none. */
function spokenAmount(words: readonly string[]): number | null {
  const text = words.join(' ');
  const half = /^(.*?)\s?and a (half|quarter)$/.exec(text);
  if (half) {
    const whole = spokenAmount((half[1] ?? '').split(' '));
    return whole === null ? null : whole + (half[2] === 'half' ? 0.5 : 0.25);
  }
  if (/^(?:half|half an?|half of an?)$/.test(text)) return 0.5;
  if (/^(?:a )?quarter(?: of)?(?: an?)?$/.test(text)) return 0.25;
  if (/^(?:an?|a single)$/.test(text)) return 1;
  if (/^(?:a couple|a couple of|couple of|a pair of)$/.test(text)) return 2;
  if (words.at(-1) === 'and' || !words.every((word) => NUMBER_WORD.test(word))) return null;
  return spokenNumber(words[0] === 'a' ? ['one', ...words.slice(1)] : words);
}

const NUMBER_WORD =
  /^(?:a|and|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dozen|hundred|thousand|lakh|lac|million|crore|billion|trillion)$/;

/** A number without the dust of binary fractions: 0.1 + 0.2 is 0.3. */
export const tidy = (value: number): number => Number(value.toPrecision(12));
