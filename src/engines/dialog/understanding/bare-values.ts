import { findNumbers } from '../entities/numbers.js';

const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth last'.split(' ');
/** Words around a number or place that are no name of anything. */
const AROUND = new Set(
  (
    'the a an one ones number no nr please pls option choice answer item i will would like want take pick choose go with it is that is ' +
    'this for me let us have my and or point number am pm'
  ).split(' '),
);
const NUMBERS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen ' +
  'nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion lakh crore';
const NUMBER_WORDS: ReadonlySet<string> = new Set(NUMBERS.split(' ').flatMap((word) => [word, `${word}s`]));

const isNumberWord = (word: string): boolean =>
  NUMBER_WORDS.has(word) || (word.includes('-') && word.split('-').every((part) => NUMBER_WORDS.has(part)));

const isNumber = (word: string): boolean => /\d/.test(word) || ORDINALS.includes(word) || isNumberWord(word);

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
  const [spoken] = NUMBER_WORDS.has(word) ? findNumbers(word) : [];
  return typeof spoken === 'number' ? spoken - 1 : -1;
}

/** Words with numbers that are spelled out in digits: "option two" is "option 2". */
export const inDigits = (words: readonly string[]): string[] =>
  words.map((word) => (NUMBER_WORDS.has(word) ? String(findNumbers(word)[0] ?? word) : word));
