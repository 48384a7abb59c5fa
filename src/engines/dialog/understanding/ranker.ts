import { stemmer } from 'stemmer';
import { FUNCTION_WORDS } from '../../../definition/function-words.js';
import { GRAM_SEED, hashText } from '../../../definition/hash-text.js';
import { plainWords } from '../../../definition/words.js';

export interface Ranked {
  label: string;
  /** In (0, 1]. */
  score: number;
}

/** Orders labels by how near an utterance is to their examples. */
export type Ranker = (plain: readonly string[]) => Ranked[];

const FUNCTION_WORD_SHARE = 0.4;
const GRAM_SHARE = 0.4;

/** Compares by words and letter trigrams, weighted by how rare they are (cosine of tf-idf vectors, nearest example). */
export function createRanker(examples: readonly { label: string; text: string }[]): Ranker {
  const documents = examples.map(({ label, text }) => ({ label, features: features(plainWords(text)) }));
  const frequency = new Map<number, number>();
  for (const { features: found } of documents)
    for (const feature of found.keys()) frequency.set(feature, (frequency.get(feature) ?? 0) + 1);
  const weight = (feature: number): number => Math.log(1 + documents.length / (1 + (frequency.get(feature) ?? 0)));
  const index = new Map<number, { at: number; value: number }[]>();
  documents.forEach(({ features: found }, at) => {
    const length = norm(found, weight);
    for (const [feature, count] of found) {
      const posting = index.get(feature) ?? [];
      posting.push({ at, value: (count * weight(feature)) / length });
      index.set(feature, posting);
    }
  });
  return (plain) => {
    const asked = features(plain);
    const length = norm(asked, weight);
    const scores = new Map<number, number>();
    for (const [feature, count] of asked) {
      const value = (count * weight(feature)) / length;
      for (const posting of index.get(feature) ?? [])
        scores.set(posting.at, (scores.get(posting.at) ?? 0) + value * posting.value);
    }
    const best = new Map<string, number>();
    for (const [at, score] of scores) {
      const label = documents[at]?.label ?? '';
      if (score > (best.get(label) ?? 0)) best.set(label, score);
    }
    return [...best].map(([label, score]) => ({ label, score })).sort((one, other) => other.score - one.score);
  };
}

function features(plain: readonly string[]): Map<number, number> {
  const found = new Map<number, number>();
  const add = (feature: number, count: number): void => {
    found.set(feature, (found.get(feature) ?? 0) + count);
  };
  for (const word of plain) {
    const share = FUNCTION_WORDS.has(word) ? FUNCTION_WORD_SHARE : 1;
    const stem = stemmer(word);
    add(hashText(stem, 0, stem.length), share);
    const padded = `^${word}$`;
    for (let at = 0; at + 3 <= padded.length; at += 1) add(hashText(padded, at, at + 3, GRAM_SEED), share * GRAM_SHARE);
  }
  return found;
}

function norm(found: ReadonlyMap<number, number>, weight: (feature: number) => number): number {
  let sum = 0;
  for (const [feature, count] of found) sum += (count * weight(feature)) ** 2;
  return Math.sqrt(sum) || 1;
}
