import { findNumbers } from '../entities/numbers.js';

const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth last'.split(' ');
/** Words around a number or place that are no name of anything. */
const AROUND = new Set(
  (
    'the a an one ones number no nr please pls option choice answer item i will would like want take pick choose go with it is that is ' +
    'this for me let us have my and or point number am pm'
  ).split(' '),
);
const NUMBER_WORD =
  /^(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|million|billion|lakh|crore)s?$/;

const isNumber = (word: string): boolean =>
  /\d/.test(word) || ORDINALS.includes(word) || word.split('-').every((part) => NUMBER_WORD.test(part));

/** Whether words are a number or a place in a list and nothing more: "12345", "the second one", "twenty five". */
export const isBareNumber = (words: readonly string[]): boolean =>
  words.some(isNumber) && words.every((word) => isNumber(word) || SMALL.has(word));

/** Words beside a bare number; "option" is not among them, as tasks are called so. */
const SMALL = new Set([...AROUND].filter((word) => !['option', 'choice', 'item', 'answer', 'point'].includes(word)));

/** The place in a list of `count` choices that words name, from 0: "2", "b)", "the first one", "option two"; -1: none. */
export function placeNamed(words: readonly string[], count: number): number {
  const naming = words.filter((word) => !AROUND.has(word));
  const only = words.length === 1 || naming.length === 0 ? words.at(-1) : naming.length === 1 ? naming[0] : '';
  const place = placeOf(only ?? '', count);
  return place >= 0 && place < count ? place : -1;
}

function placeOf(word: string, count: number): number {
  if (/^[a-z]$/.test(word)) return word.charCodeAt(0) - 97;
  const digits = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word)?.[1];
  if (digits !== undefined) return Number(digits) - 1;
  if (word === 'last') return count - 1;
  const ordinal = ORDINALS.indexOf(word);
  if (ordinal !== -1) return ordinal;
  const [spoken] = NUMBER_WORD.test(word) ? findNumbers(word) : [];
  return typeof spoken === 'number' ? spoken - 1 : -1;
}

/** Words with numbers that are spelled out in digits: "option two" is "option 2". */
export const inDigits = (words: readonly string[]): string[] =>
  words.map((word) => (NUMBER_WORD.test(word) ? String(findNumbers(word)[0] ?? word) : word));
