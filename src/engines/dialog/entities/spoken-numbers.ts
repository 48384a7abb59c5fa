import { own } from '../../../definition/json.js';

const UNITS: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};
const SCALES: Readonly<Record<string, number>> = {
  dozen: 12,
  hundred: 100,
  thousand: 1e3,
  lakh: 1e5,
  lac: 1e5,
  million: 1e6,
  crore: 1e7,
  billion: 1e9,
  trillion: 1e12,
};
const SCALE = Object.keys(SCALES).join('|');
const HALF_OF = new RegExp(`^half an? (${SCALE})$`);
const AND_A_HALF = new RegExp(`^(.*?)\\s?and a (half|quarter)(?: (${SCALE}))?$`);
const NEGATIVE = /^(?:minus|negative)$/;

/** A number that is spoken out in English, from `start` up to `end` of a text in small letters. */
export interface Spoken {
  value: number;
  start: number;
  end: number;
  /** "a", "half a": a number only before what it counts. */
  article: boolean;
}

/** Words of the longest number that is spoken out. */
const MAX_WORDS = 12;

/** The numbers that are spoken out in a text: `twenty five`, `two and a half`, `minus three point one`, `half a million`. */
export function spokenIn(lower: string): Spoken[] {
  const words = [...lower.matchAll(/[a-z]+/g)];
  const found: Spoken[] = [];
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
    at = last;
    // "Twenty first" is a place, no number.
    if (value % 10 === 0 && value % 100 >= 20 && ORDINAL.test(words[last + 1]?.[0] ?? '')) continue;
    const article = Math.abs(value) <= 2 && /^(?:an?|half|quarter|couple|pair)$/.test(first[0]);
    found.push({ value, start: first.index, end: end.index + end[0].length, article });
  }
  return found;
}

const ORDINAL = /^(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)$/;

/** The number that all of the words together are; null when they are none. */
function spokenAmount(words: readonly string[]): number | null {
  if (NEGATIVE.test(words[0] ?? '')) {
    const value = words.length > 1 ? spokenAmount(words.slice(1)) : null;
    return value === null ? null : -value;
  }
  const text = words.join(' ');
  const half = AND_A_HALF.exec(text);
  if (half) {
    const whole = spokenAmount((half[1] ?? '').split(' '));
    return whole === null ? null : (whole + (half[2] === 'half' ? 0.5 : 0.25)) * scaleOf(half[3]);
  }
  const part = HALF_OF.exec(text);
  if (part) return scaleOf(part[1]) / 2;
  if (/^(?:half|half an?|half of an?)$/.test(text)) return 0.5;
  if (/^(?:a )?quarter(?: of)?(?: an?)?$/.test(text)) return 0.25;
  if (/^three quarters(?: of)?(?: an?)?$/.test(text)) return 0.75;
  if (/^(?:an?|a single)$/.test(text)) return 1;
  if (/^(?:a couple|a couple of|couple of|a pair of)$/.test(text)) return 2;
  return spokenNumber(words[0] === 'a' && words.length > 1 ? ['one', ...words.slice(1)] : words);
}

const scaleOf = (word: string | undefined): number => (word === undefined ? 1 : (own(SCALES, word) ?? 1));

/**
 * The number that all of the words are as one says it; digits one by one (`one two three`) and pairs (`nineteen eighty
 * four`) are put together. Null where they are more than one number.
 */
function spokenNumber(words: readonly string[]): number | null {
  const point = words.indexOf('point');
  if (point !== -1) return withFraction(words, point);
  const values = words.map((word) => own(UNITS, word));
  if (words.length > 1 && values.every((value) => value !== undefined && value < 10)) return Number(values.join(''));
  const [first, ...pair] = values;
  if (first !== undefined && first >= 10 && pair.length > 0) {
    const second = spokenWhole(words.slice(isTens(first) && isDigit(pair[0]) ? 2 : 1));
    if (second !== null && second >= 10 && second < 100)
      return first * 100 + (isTens(first) && isDigit(pair[0]) ? (pair[0] ?? 0) * 100 : 0) + second;
  }
  return spokenWhole(words);
}

const isTens = (value: number): boolean => value >= 20;
const isDigit = (value: number | undefined): boolean => value !== undefined && value > 0 && value < 10;

/** `three point one four`, `point five`, `two point five million`. */
function withFraction(words: readonly string[], point: number): number | null {
  const whole = point === 0 ? 0 : spokenWhole(words.slice(0, point));
  const scale = own(SCALES, words.at(-1) ?? '');
  const digits = words.slice(point + 1, scale === undefined ? undefined : -1).map((word) => own(UNITS, word));
  if (whole === null || digits.length === 0 || !digits.every((digit) => digit !== undefined && digit < 10)) return null;
  const value = Number(`${whole}.${digits.join('')}`) * (scale ?? 1);
  return Number(value.toPrecision(12));
}

function spokenWhole(words: readonly string[]): number | null {
  let total = 0;
  let current = 0;
  /** What may follow: a unit after nothing, a scale or tens; "and" after a scale. */
  let last: 'none' | 'digit' | 'tens' | 'teen' | 'scale' | 'and' = 'none';
  for (const word of words) {
    const unit = own(UNITS, word);
    const scale = own(SCALES, word);
    if (unit !== undefined) {
      const fits = last === 'none' || last === 'scale' || last === 'and' || (last === 'tens' && isDigit(unit));
      if (!fits) return null;
      current += unit;
      last = isTens(unit) ? 'tens' : unit < 10 ? 'digit' : 'teen';
    } else if (scale !== undefined && last !== 'none' && last !== 'and') {
      current = Math.max(1, current) * scale;
      if (scale > 100) {
        total += current;
        current = 0;
      }
      last = 'scale';
    } else if (word === 'and' && last === 'scale') last = 'and';
    else return null;
  }
  return last === 'none' || last === 'and' ? null : total + current;
}
