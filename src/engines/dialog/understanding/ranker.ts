import { FUNCTION_WORDS } from '../../../definition/function-words.js';
import { GRAM_SEED, hashText } from '../../../definition/hash-text.js';
import { type Stemmed, toUtterance } from '../../../definition/words.js';

export interface Ranked {
  label: string;
  /** In (0, 1]. */
  score: number;
}

/** Orders labels by how near an utterance is to their examples. */
export type Ranker = (said: Stemmed) => Ranked[];

const FUNCTION_WORD_SHARE = 0.4;
const GRAM_SHARE = 0.4;

/** Compares by words and letter trigrams, weighted by how rare they are (cosine of tf-idf vectors, nearest example). */
export function createRanker(examples: readonly { label: string; text: string }[]): Ranker {
  const documents = examples.map(({ label, text }) => ({ label, features: features(toUtterance(text)) }));
  const frequency = new Map<number, number>();
  for (const { features: found } of documents)
    for (const feature of found.keys()) frequency.set(feature, (frequency.get(feature) ?? 0) + 1);
  const weigh = (uses: number): number => Math.log(1 + documents.length / (1 + uses));
  const weights = new Map([...frequency].map(([feature, uses]) => [feature, weigh(uses)]));
  const unknown = weigh(0);
  const weight = (feature: number): number => weights.get(feature) ?? unknown;
  const index = new Map<number, { at: number; value: number }[]>();
  documents.forEach(({ features: found }, at) => {
    const length = norm(found, weight);
    for (const [feature, count] of found) {
      const posting = index.get(feature) ?? [];
      posting.push({ at, value: (count * weight(feature)) / length });
      index.set(feature, posting);
    }
  });
  return (said) => {
    const asked = features(said);
    const length = norm(asked, weight);
    const scores = new Float64Array(documents.length);
    for (const [feature, count] of asked) {
      const value = (count * weight(feature)) / length;
      for (const posting of index.get(feature) ?? NO_POSTINGS)
        scores[posting.at] = (scores[posting.at] ?? 0) + value * posting.value;
    }
    const best = new Map<string, number>();
    for (const [at, { label }] of documents.entries()) {
      const score = scores[at] ?? 0;
      if (score > (best.get(label) ?? 0)) best.set(label, score);
    }
    return [...best].map(([label, score]) => ({ label, score })).sort((one, other) => other.score - one.score);
  };
}

const NO_POSTINGS: readonly { at: number; value: number }[] = [];

function features({ plain, stems }: Stemmed): Map<number, number> {
  const found = new Map<number, number>();
  const add = (feature: number, count: number): void => {
    found.set(feature, (found.get(feature) ?? 0) + count);
  };
  for (const [at, word] of plain.entries()) {
    const share = FUNCTION_WORDS.has(word) ? FUNCTION_WORD_SHARE : 1;
    const stem = stems[at] ?? word;
    add(hashText(stem, 0, stem.length), share);
    const padded = `^${word}$`;
    for (let from = 0; from + 3 <= padded.length; from += 1)
      add(hashText(padded, from, from + 3, GRAM_SEED), share * GRAM_SHARE);
  }
  return found;
}

function norm(found: ReadonlyMap<number, number>, weight: (feature: number) => number): number {
  let sum = 0;
  for (const [feature, count] of found) sum += (count * weight(feature)) ** 2;
  return Math.sqrt(sum) || 1;
}
