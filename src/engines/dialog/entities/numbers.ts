import { CODES, decimalComma, scaled, signed, toNumber } from './amounts.js';
import { withoutIdioms } from './idioms.js';
import { localeOf } from './locales.js';
import { numberIn } from './number-words.js';
import { spokenIn } from './spoken-numbers.js';

const DIGITS = /(?<![\p{L}\d.,]|\p{L}-|\d[/:])[-+]?\d+(?:[.,]\d+)*(?!\p{L}{2}|[^\P{L}km]|[km]\p{L}|\d|[/:]\d|[.,]\d)/gu;
/** Digits grouped by commas, as `1,250` and `5,00,000`. */
const GROUPED = /^[-+]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$/;

/**
 * Numbers in digits, as the locale writes them (`1,250.50`, `5k`, `2 million`), or in words (`twenty five`, `two and a
 * half`). Ids too long for a number stay texts. Of `several`, commas stand between numbers where they group no digits.
 */
export function findNumbers(text: string, locale = 'en', several = false): (number | string)[] {
  const lower = signed(withoutIdioms(text).toLowerCase().replace(CODES, ' '));
  const written = [...lower.matchAll(DIGITS)].flatMap((match) => valuesOf(match, lower, locale, several));
  if (written.length > 0) return written;
  const spoken = spokenIn(lower).find(({ article }) => !article)?.value;
  const found = spoken ?? numberIn(lower, localeOf(locale)?.language ?? 'en');
  return found === null ? [] : [found];
}

function valuesOf(match: RegExpExecArray, lower: string, locale: string, several: boolean): (number | string)[] {
  const [written] = match;
  const value = toNumber(written, locale);
  const listed = several && written.includes(',') && !decimalComma(locale) && !GROUPED.test(written);
  if (listed || (Number.isNaN(value) && written.includes(',')))
    return written.split(',').map((one) => idOr(one, Number(one)));
  if (Number.isNaN(value)) return [];
  const start = match.index;
  const end = start + written.length;
  const letters = /^\s?[km](?!\p{L})/u.test(lower.slice(end));
  return [idOr(written, scaled({ value, start, end, article: false }, lower, letters).value)];
}

/** 0123 and numbers past 2^53 are account numbers and the like: as numbers they would change. */
function idOr(written: string, value: number): number | string {
  const plain = written.replace(/[,+]/g, '');
  const isLarge = !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));
  return /^0\d/.test(plain) || isLarge ? plain : value;
}
