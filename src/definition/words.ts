import { LRUCache } from 'lru-cache';
import { stemmer } from 'stemmer';

/** Splits an utterance into lower-case words; emoji short codes, numbers and question marks are words of their own. */
export function words(text: string): string[] {
  const plain = (ASCII.test(text) ? text : text.normalize('NFKC').replace(/[’‘`´]/g, "'")).toLowerCase();
  return (
    expand(plain).match(
      /:[a-z0-9_+-]+:|~?[\p{L}\p{M}\p{N}]+(?:['._@/-][\p{L}\p{M}\p{N}]+)*|[:;=]['-]?[()D/\]}]|\?/gu,
    ) ?? []
  );
}

/** Words without question marks. */
export const plainWords = (text: string): string[] => words(text).filter((word) => word !== '?');

/** A text for comparison, without case, punctuation and repeated white space. */
export const normalized = (text: string): string => plainWords(text).join(' ');

/** A name as separate words: "Cancel_Order" and "CancelOrder" are "Cancel Order". */
export const spokenName = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');

/** An utterance, split into words once for every matcher. */
export interface Utterance {
  text: string;
  words: string[];
  plain: string[];
  normalized: string;
  /** English stems of the plain words, in order. */
  readonly stems: string[];
  /** `beginningOf` each word. */
  readonly beginnings: ReadonlySet<string>;
}

/** The input of classifiers: plain words, and their stems in the same order. */
export type Stemmed = Pick<Utterance, 'plain' | 'stems'>;

/** The first letters, shared by a word and its base form; the key by which patterns are indexed. */
export const beginningOf = (word: string): string => word.slice(0, 2);

/** Characters of an utterance that are understood; the rest is ignored, as longer text is usually pasted. */
const MAX_UNDERSTOOD = 1000;

/** Stems that are remembered, as to find one takes longer than all else about a word; beyond, the least recently used is evicted. */
const MAX_STEMS = 10_000;
/** Letters of a word whose stem is remembered: longer ones are no words. */
const MAX_WORD = 40;
const stemsKnown = new LRUCache<string, string>({ max: MAX_STEMS });

function stemOf(word: string): string {
  const known = stemsKnown.get(word);
  if (known !== undefined) return known;
  const stem = stemmer(word);
  if (word.length <= MAX_WORD) stemsKnown.set(word, stem);
  return stem;
}

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
      stems ??= plain.map(stemOf);
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
