import { LRUCache } from 'lru-cache';
import { GRAM_SEED, hashText } from './hash-text.js';

/** The letter n-grams of one size of a word, as hashes, and what each counts beside the word itself. */
interface Grams {
  hashes: Uint32Array;
  share: number;
}

const GRAM_SIZES = [3, 4];
const GRAM_SHARE = 0.6;
/** Words that are remembered (a few hundred bytes each), as people use the same ones; beyond, the least recently used is evicted. */
const MAX_WORDS = 5_000;
/** Letters of a word that is remembered: longer ones are no words. */
const MAX_LETTERS = 40;
const wordsKnown = new LRUCache<string, Grams[]>({ max: MAX_WORDS });

/** The letter n-grams of a word, by size. */
export function gramsOf(word: string): Grams[] {
  const known = wordsKnown.get(word);
  if (known) return known;
  const padded = `^${word}$`;
  const grams = GRAM_SIZES.flatMap((size) => {
    const count = padded.length - size + 1;
    if (count <= 0) return [];
    const hashes = Uint32Array.from({ length: count }, (_, at) => hashText(padded, at, at + size, GRAM_SEED));
    return [{ hashes, share: GRAM_SHARE / Math.sqrt(count) }];
  });
  if (word.length <= MAX_LETTERS) wordsKnown.set(word, grams);
  return grams;
}
