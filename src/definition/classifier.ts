import { stemmer } from 'stemmer';
import { FUNCTION_WORDS } from './function-words.js';
import { plainWords } from './words.js';

/**
 * A linear classifier of utterances: softmax regression over stems and letter n-grams weighted by how few labels use
 * them. Trained when a bot is compiled; plain JSON. Chosen by measurement (docs/understanding.md).
 */
export interface Classifier {
  labels: string[];
  /** Feature → its row of weights, and its weight in an utterance. */
  features: Record<string, [row: number, weight: number]>;
  /** Base64 of signed bytes, one row of `labels.length` per feature, in units of `scale`. */
  weights: string;
  scale: number;
  bias: number[];
  /** What a word like "what" or "of" counts. */
  functionWordShare: number;
}

export interface Example {
  label: string;
  text: string;
}

/** The label of what belongs to none of them. */
export const NONE = '';

const EPOCHS = 40;
const RATE = 2;
const GRAM_SIZES = [3, 4];
const GRAM_SHARE = 0.6;
/** Training is bounded, so that a huge export compiles in time: steps × labels. */
const MAX_WORK = 40_000_000;

/** Trains on examples; deterministic. Fewer than two labels give null. */
export function trainClassifier(examples: readonly Example[], language: string): Classifier | null {
  const labels = [...new Set(examples.map(({ label }) => label))];
  if (labels.length < 2) return null;
  const functionWordShare = shareOfFunctionWords(examples, labels.length);
  const documents = examples.map(({ text }) => utteranceFeatures(text, language, functionWordShare));
  const features = weighFeatures(examples, documents, labels.length);
  const index = new Map(Object.entries(features));
  const vectors = documents.map((document) => toVector(document, index));
  const { weights, bias } = descend(
    vectors,
    examples.map(({ label }) => labels.indexOf(label)),
    labels.length,
    index.size,
  );
  const scale = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6) / 127;
  const bytes = Int8Array.from(weights, (weight) => Math.round(weight / scale));
  return {
    labels,
    features,
    weights: Buffer.from(bytes.buffer).toString('base64'),
    scale,
    bias: [...bias],
    functionWordShare,
  };
}

/** The probability of every label but NONE for an utterance, best first. Nothing known in it: an empty list. */
export type Classify = (utterance: string) => { label: string; score: number }[];

export function openClassifier(classifier: Classifier, language: string): Classify {
  const { labels, scale, bias, functionWordShare } = classifier;
  const bytes = Buffer.from(classifier.weights, 'base64');
  const weights = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const index = new Map(Object.entries(classifier.features));
  return (utterance) => {
    const vector = toVector(utteranceFeatures(utterance, language, functionWordShare), index);
    if (vector.length === 0) return [];
    const sums = [...bias];
    for (const [row, value] of vector) {
      for (let label = 0; label < labels.length; label += 1) {
        sums[label] = (sums[label] ?? 0) + value * (weights[row * labels.length + label] ?? 0) * scale;
      }
    }
    softmax(sums);
    return labels
      .map((label, at) => ({ label, score: sums[at] ?? 0 }))
      .filter(({ label }) => label !== NONE)
      .sort((one, other) => other.score - one.score);
  };
}

/** Stems of words (English ones; others stay whole) and the letter n-grams of words, each with its share. */
function utteranceFeatures(text: string, language: string, functionWordShare: number): Map<string, number> {
  const found = new Map<string, number>();
  const add = (feature: string, share: number): void => {
    found.set(feature, (found.get(feature) ?? 0) + share);
  };
  for (const raw of plainWords(text)) {
    const word = /\d/.test(raw) ? '0' : raw;
    const share = FUNCTION_WORDS.has(word) ? functionWordShare : 1;
    add(language.startsWith('en') ? stemmer(word) : word, share);
    const padded = `^${word}$`;
    for (const size of GRAM_SIZES) {
      const grams = padded.length - size + 1;
      for (let at = 0; at < grams; at += 1)
        add(`#${padded.slice(at, at + size)}`, (share * GRAM_SHARE) / Math.sqrt(grams));
    }
  }
  return found;
}

/** With few examples the wording of idle talk would outweigh what a task is about; with many it tells tasks apart. */
function shareOfFunctionWords(examples: readonly Example[], labels: number): number {
  const perTask = examples.filter(({ label }) => label !== NONE).length / Math.max(1, labels - 1);
  return Math.min(1, round(0.35 + 0.08 * (perTask - 1)));
}

/** What many labels use says little: weights fall with the number of labels a feature is seen with. */
function weighFeatures(
  examples: readonly Example[],
  documents: readonly ReadonlyMap<string, number>[],
  labels: number,
): Classifier['features'] {
  const users = new Map<string, Set<string>>();
  documents.forEach((document, at) => {
    for (const feature of document.keys()) {
      const seen = users.get(feature);
      const label = examples[at]?.label ?? NONE;
      if (seen) seen.add(label);
      else users.set(feature, new Set([label]));
    }
  });
  return Object.fromEntries(
    [...users].map(([feature, seen], row) => [
      feature,
      [row, round(Math.log(1 + labels / seen.size))] as [number, number],
    ]),
  );
}

type Vector = [row: number, value: number][];

function toVector(document: ReadonlyMap<string, number>, index: ReadonlyMap<string, [number, number]>): Vector {
  const vector: Vector = [];
  let sum = 0;
  for (const [feature, share] of document) {
    const known = index.get(feature);
    if (!known) continue;
    const value = share * known[1];
    vector.push([known[0], value]);
    sum += value * value;
  }
  const length = Math.sqrt(sum) || 1;
  for (const entry of vector) entry[1] /= length;
  return vector;
}

/** Stochastic gradient descent in a fixed order of chance. */
function descend(vectors: readonly Vector[], targets: readonly number[], labels: number, features: number) {
  const weights = new Float32Array(features * labels);
  const bias = new Float32Array(labels);
  const order = vectors.map((_, at) => at);
  const entries = vectors.reduce((total, vector) => total + vector.length, 0);
  const epochs = Math.max(4, Math.min(EPOCHS, Math.floor(MAX_WORK / Math.max(1, entries * labels))));
  let state = 1;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (let at = order.length - 1; at > 0; at -= 1) {
      state = (state * 16807) % 2147483647;
      const other = state % (at + 1);
      const [one, two] = [order[at] ?? 0, order[other] ?? 0];
      order[at] = two;
      order[other] = one;
    }
    const rate = RATE / (1 + epoch * 0.02);
    for (const at of order) step(vectors[at] ?? [], targets[at] ?? 0, weights, bias, rate);
  }
  return { weights, bias };
}

function step(vector: Vector, target: number, weights: Float32Array, bias: Float32Array, rate: number): void {
  const labels = bias.length;
  const chances = Array.from(bias);
  for (const [row, value] of vector) {
    for (let label = 0; label < labels; label += 1)
      chances[label] = (chances[label] ?? 0) + value * (weights[row * labels + label] ?? 0);
  }
  softmax(chances);
  for (let label = 0; label < labels; label += 1) {
    const gradient = (label === target ? 1 : 0) - (chances[label] ?? 0);
    if (Math.abs(gradient) < 1e-3) continue;
    for (const [row, value] of vector) {
      const at = row * labels + label;
      weights[at] = (weights[at] ?? 0) + rate * gradient * value;
    }
  }
}

function softmax(sums: number[]): void {
  const most = Math.max(...sums);
  let total = 0;
  for (let at = 0; at < sums.length; at += 1) {
    const value = Math.exp((sums[at] ?? 0) - most);
    sums[at] = value;
    total += value;
  }
  for (let at = 0; at < sums.length; at += 1) sums[at] = (sums[at] ?? 0) / total;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
