import { withoutIdioms } from './idioms.js';
import { numberIn } from './number-words.js';

const WORDS: Readonly<Record<string, number>> = {
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
const DIGITS =
  /(?<![\p{L}\d.]|\p{L}-|\d[/:])[-+]?(?:\d{1,3}(?:,\d{2,3})+|\d+)(?:\.\d+)?(?:\s?[kKmM]\b)?(?![\p{L}\d]|[/:]\d|\.\d)/gu;
/** Numbers of phones, dates and versions, of which no part is a number. */
export const CODES =
  /(?<![\p{L}\d])\d+(?:-\d+){2,}(?!\d)|(?<![\p{L}\d.])(?!\d{1,3}(?:\.\d{3})+(?![\d.]))\d+(?:\.\d+){2,}(?!\d)|(?<![\p{L}\d])(?:9|nine)(?: to |-)(?:5|five)(?![\p{L}\d])/giu;

/** Numbers in digits (`1,250.50`, `5k`) or in English words (`twenty five`). Ids too long for a number stay texts. */
export function findNumbers(text: string, language = 'en'): (number | string)[] {
  const said = withoutIdioms(text).replace(CODES, ' ');
  const written = said.match(DIGITS) ?? [];
  if (written.length > 0) return written.map(toNumber);
  const spoken = spokenNumber(said.toLowerCase().match(/[a-z]+/g) ?? []);
  const found = spoken ?? numberIn(said, language);
  return found === null ? [] : [found];
}

function toNumber(text: string): number | string {
  const scale = /[kK]$/.test(text) ? 1e3 : /[mM]$/.test(text) ? 1e6 : 1;
  const plain = text.replace(/[,\s+kKmM]/g, '');
  const value = Number(plain) * scale;
  // 0123 and numbers past 2^53 are account numbers and the like: as numbers they would change.
  const isId = /^0\d/.test(plain) || (!Number.isSafeInteger(value) && !plain.includes('.'));
  return isId ? plain : value;
}

export function spokenNumber(words: readonly string[]): number | null {
  let total = 0;
  let current = 0;
  let seen = false;
  for (const word of words) {
    const unit = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    const scale = Object.hasOwn(SCALES, word) ? SCALES[word] : undefined;
    if (unit !== undefined) current += unit;
    else if (scale !== undefined && seen) {
      current = Math.max(1, current) * scale;
      if (scale > 100) {
        total += current;
        current = 0;
      }
    } else if (seen && word !== 'and') break;
    seen ||= unit !== undefined;
  }
  return seen ? total + current : null;
}
