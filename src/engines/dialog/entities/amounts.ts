import { own } from '../../../definition/json.js';
import { withoutIdioms } from './idioms.js';
import { withoutLabels } from './labels.js';
import { type Spoken, spokenIn } from './spoken-numbers.js';

/** A number in a text, from `start` up to `end`. */
export type Amount = Spoken;

/** Numbers of phones, dates and versions, of which no part is a number. */
export const CODES =
  /(?<![\p{L}\d])\d+(?:-\d+){2,}(?!\d)|(?<![\p{L}\d.])(?!\d{1,3}(?:\.\d{3})+(?![\d.]))\d+(?:\.\d+){2,}(?!\d)|(?<![\p{L}\d])(?:9|nine)(?: to |-)(?:5|five)(?![\p{L}\d])/giu;

/**
 * The numbers of a text as amounts of something: `1,250.50`, `5,00,000`, `1.250,50`, `5 lakh`, `two and a half`, `half a`. A
 * single mark before three digits is read as the locale writes it. With `letters`, also `5k` and `1.2m`.
 */
export function findAmountsIn(text: string, locale: string, letters: boolean): Amount[] {
  const plain = withoutLabels(withoutIdioms(text.toLowerCase()));
  const lower = signed(plain.replace(CODES, (code) => ' '.repeat(code.length)));
  const written = [...lower.matchAll(DIGITS)].map((match): Amount => {
    const start = match.index;
    const end = start + match[0].length;
    return scaled({ value: toNumber(match[0], locale), start, end, article: false }, lower, letters);
  });
  const known = written.filter(({ value }) => Number.isFinite(value));
  const free = spokenIn(lower).filter((one) => known.every(({ start, end }) => one.end <= start || one.start >= end));
  return [...known, ...free].sort((one, other) => one.start - other.start);
}

/** A text with "minus" before digits as the sign, at the same places. */
export const signed = (lower: string): string =>
  lower.replace(/\b(?:minus|negative)\s+(?=\d)/g, (word: string, at: number) =>
    /\d\s?$/.test(lower.slice(0, at)) ? word : '-'.padStart(word.length),
  );

/** Whether an amount without a unit may be one: it counts nothing ("2 people") and is no hour ("at 5 sharp"). */
export const standsAlone = (text: string, { end }: Amount): boolean =>
  !/\p{L}/u.test(text.slice(end)) || MAY_FOLLOW.test(text.slice(end));

/** What may follow an amount that has no unit. */
const MAY_FOLLOW =
  /^\s*(?:$|[^\p{L}\s]|(?:please|pls|thanks|thank|only|just|each|per|a|an|or|and|to|max|maximum|min|minimum|at|is|was|would|will|should|in(?! the (?:morning|afternoon|evening|night))|for|from|on|cash|total|altogether|tops|then|plus|minus|if|but|now|today|tomorrow|exactly|maybe|more|less|bitte|por|pour|und|oder|y|o|et|ou|e|dan)(?!\p{L}))/iu;

/** No part of a date, a time, a range or an ordinal. */
const DIGITS =
  /(?<![\d.,]|\d[-/:]|\p{L}-)(?:(?<!\S)[-+])?\d+(?:[.,]\d+)*(?!\d|[-/:.,]\d|(?:(?<=(?<!1)1)st|(?<=(?<!1)2)nd|(?<=(?<!1)3)rd|th)(?!\p{L}))/gu;

/** What is written in digits; not a number where its marks fit none (12.10.2026). */
export function toNumber(written: string, locale: string): number {
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
export function decimalComma(locale: string): boolean {
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

const FRACTIONS: Readonly<Record<string, number>> = {
  half: 0.5,
  '½': 0.5,
  '1/2': 0.5,
  quarter: 0.25,
  '¼': 0.25,
  '1/4': 0.25,
  '¾': 0.75,
  '3/4': 0.75,
};

/** An amount with the scale or the fraction that follows it: `5 lakh`, `2.5 million`, `2 and a half`, `3 1/2`. */
export function scaled(amount: Amount, lower: string, letters: boolean): Amount {
  const rest = lower.slice(amount.end, amount.end + MAX_SCALE);
  const fraction = /^(?: and an? (half|quarter)\b|\s?([½¼¾])| (1\/2|1\/4|3\/4)(?![\d/]))/.exec(rest);
  if (fraction && Number.isInteger(amount.value)) {
    const more = FRACTIONS[fraction[1] ?? fraction[2] ?? fraction[3] ?? ''] ?? 0;
    return scaled(
      { ...amount, value: amount.value + (amount.value < 0 ? -more : more), end: amount.end + fraction[0].length },
      lower,
      letters,
    );
  }
  const found = /^\s?(\p{L}+)/u.exec(rest);
  const word = found?.[1] ?? '';
  const scale = own(SCALES, word) ?? (letters ? own(LETTERS, word) : undefined);
  if (!found || scale === undefined) return amount;
  return scaled({ ...amount, value: tidy(amount.value * scale), end: amount.end + found[0].length }, lower, letters);
}

/** Letters that follow a number, as many as the longest scale or fraction has. */
const MAX_SCALE = 16;

/** A number without the dust of binary fractions: 0.1 + 0.2 is 0.3. */
export const tidy = (value: number): number => Number(value.toPrecision(12));
