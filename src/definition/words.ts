import { stemmer } from 'stemmer';

/** Cuts an utterance into lower-case words; emoji short codes, numbers and question marks are words of their own. */
export function words(text: string): string[] {
  const plain = (ASCII.test(text) ? text : text.normalize('NFKC').replace(/[’‘`´]/g, "'")).toLowerCase();
  return (
    expand(plain).match(
      /:[a-z0-9_+-]+:|~?[\p{L}\p{M}\p{N}]+(?:['._@/-][\p{L}\p{M}\p{N}]+)*|[:;=]['-]?[()D/\]}]|\?/gu,
    ) ?? []
  );
}

/** Words without the marks between them: what is compared when order and endings matter less. */
export const plainWords = (text: string): string[] => words(text).filter((word) => word !== '?');

/** The same text for people: case, punctuation and white space left out. */
export const normalized = (text: string): string => plainWords(text).join(' ');

/** A name as people say it: "Cancel_Order" and "CancelOrder" are "Cancel Order". */
export const spokenName = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');

/** An utterance, cut into words once for all that look at it. */
export interface Utterance {
  text: string;
  words: string[];
  plain: string[];
  normalized: string;
  /** Of the plain words, in English. */
  readonly stems: string[];
  /** Of its words. */
  readonly beginnings: ReadonlySet<string>;
}

/** What classifiers look at: the plain words, and their stems in the same order. */
export type Stemmed = Pick<Utterance, 'plain' | 'stems'>;

/** The letters that a word shares with its base form: what patterns are looked up by. */
export const beginningOf = (word: string): string => word.slice(0, 2);

/** What is longer is a paste, not an utterance: the rest says nothing more about what is meant. */
const MAX_UNDERSTOOD = 1000;

export function toUtterance(text: string): Utterance {
  const found = words(text.slice(0, MAX_UNDERSTOOD));
  const plain = found.filter((word) => word !== '?');
  let stems: string[] | null = null;
  let beginnings: Set<string> | null = null;
  return {
    text,
    words: found,
    plain,
    normalized: plain.join(' '),
    get stems() {
      stems ??= plain.map((word) => stemmer(word));
      return stems;
    },
    get beginnings() {
      beginnings ??= new Set(found.map(beginningOf));
      return beginnings;
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII.
const ASCII = /^[\x00-\x7f]*$/;

const CONTRACTIONS: readonly [RegExp, string][] = [
  [/\bcan't\b/g, 'can not'],
  [/\bwon't\b/g, 'will not'],
  [/n't\b/g, ' not'],
  [/\bi'm\b/g, 'i am'],
  [/'re\b/g, ' are'],
  [/'ve\b/g, ' have'],
  [/'ll\b/g, ' will'],
  [/\b(what|that|it|he|she|who|where|how|there|here|let)'s\b/g, '$1 is'],
  [/\blet is\b/g, 'let us'],
  [/([\p{L}\p{N}])'s\b/gu, '$1'],
];

function expand(text: string): string {
  if (!text.includes("'")) return text;
  return CONTRACTIONS.reduce((result, [from, to]) => result.replace(from, to), text);
}
