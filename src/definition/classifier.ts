import { FUNCTION_WORDS } from './function-words.js';
import { gramsOf } from './grams.js';
import { hashText } from './hash-text.js';
import { createRowTable, type RowTable } from './row-table.js';
import { type Stemmed, toUtterance } from './words.js';

/**
 * A linear classifier of utterances: softmax regression over stems and letter n-grams weighted by how few labels use
 * them. Trained when a bot is compiled; plain JSON. Chosen by measurement (docs/understanding.md).
 */
export interface Classifier {
  labels: string[];
  /** Base64 of 32-bit hashes of the features, ascending; a feature's index is its row in `weights`. */
  features: string;
  /** Base64 of 32-bit floats: the weight of each feature within an utterance. */
  shares: string;
  /** Base64 of signed bytes, one row of `labels.length` per feature, in units of `scale`. */
  weights: string;
  scale: number;
  bias: number[];
  /** Weight of function words such as "what" and "of"; other words weigh 1. */
  functionWordShare: number;
}

export interface Example {
  label: string;
  text: string;
}

/** The label of negative examples. */
export const NONE = '';

const EPOCHS = 40;
const RATE = 2;
/** Limit on training, in epochs × features × labels (about 5 ns each); beyond it fewer epochs run. */
const MAX_WORK = 60_000_000;
const MIN_EPOCHS = 5;

/** Trains on examples; deterministic. Null for fewer than two labels, or when too few epochs fit in MAX_WORK. */
export function trainClassifier(examples: readonly Example[], language: string): Classifier | null {
  const labels = [...new Set(examples.map(({ label }) => label))];
  if (labels.length < 2) return null;
  const functionWordShare = shareOfFunctionWords(examples, labels.length);
  const documents = examples.map(({ text }) => featuresOf(text, language, functionWordShare));
  const index = weighFeatures(examples, documents, labels.length);
  const vectors = documents.map((document) => toVector(document, index));
  const targets = examples.map(({ label }) => labels.indexOf(label));
  const epochs = epochsFor(vectors, labels.length);
  if (epochs < MIN_EPOCHS) return null;
  const { weights, bias } = descend(epochs, vectors, targets, labels.length, index.features.length);
  const scale = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-6) / 127;
  return {
    labels,
    features: base64(index.features),
    shares: base64(index.shares),
    weights: base64(Int8Array.from(weights, (weight) => Math.round(weight / scale))),
    scale,
    bias: [...bias],
    functionWordShare,
  };
}

/** Scores an utterance: probability by label, best first, without NONE; empty when no feature is known. */
export type Classify = (said: Stemmed) => { label: string; score: number }[];

export function openClassifier(classifier: Classifier, language: string): Classify {
  const { labels, scale, bias, functionWordShare } = classifier;
  const features = new Uint32Array(bytes(classifier.features));
  const { rowOf } = createRowTable(features);
  const shares = new Float32Array(bytes(classifier.shares));
  const weights = new Int8Array(bytes(classifier.weights));
  // Reused by every call to avoid garbage; all zeros between calls.
  const counted = new Float32Array(features.length);
  return (said) => {
    const rows: number[] = [];
    eachFeature(said, language, functionWordShare, (feature, share) => {
      const row = rowOf(feature);
      if (row === -1) return;
      if (counted[row] === 0) rows.push(row);
      counted[row] = (counted[row] ?? 0) + share;
    });
    if (rows.length === 0) return [];
    let squares = 0;
    for (const row of rows) squares += ((counted[row] ?? 0) * (shares[row] ?? 0)) ** 2;
    const unit = scale / (Math.sqrt(squares) || 1);
    const sums = [...bias];
    for (const row of rows) {
      const value = (counted[row] ?? 0) * (shares[row] ?? 0) * unit;
      const first = row * labels.length;
      for (let label = 0; label < sums.length; label += 1)
        sums[label] = (sums[label] ?? 0) + value * (weights[first + label] ?? 0);
      counted[row] = 0;
    }
    softmax(sums);
    const scored: { label: string; score: number }[] = [];
    for (const [at, label] of labels.entries()) if (label !== NONE) scored.push({ label, score: sums[at] ?? 0 });
    return scored.sort((one, other) => other.score - one.score);
  };
}

interface Index extends RowTable {
  features: Uint32Array;
  shares: Float32Array;
}

const base64 = (array: Uint32Array | Float32Array | Int8Array): string =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

/** Decodes base64 into a new buffer, aligned for any typed array. */
function bytes(text: string): ArrayBuffer {
  const buffer = Buffer.from(text, 'base64');
  const copy = new ArrayBuffer(buffer.byteLength);
  new Uint8Array(copy).set(buffer);
  return copy;
}

/** Calls `add` with the hash and weight of each stem (English only; else the word) and each letter n-gram. */
function eachFeature(
  { plain, stems }: Stemmed,
  language: string,
  functionWordShare: number,
  add: (feature: number, share: number) => void,
): void {
  const english = language.startsWith('en');
  for (const [at, raw] of plain.entries()) {
    const word = /\d/.test(raw) ? '0' : raw;
    const share = FUNCTION_WORDS.has(word) ? functionWordShare : 1;
    const stem = english && word === raw ? (stems[at] ?? word) : word;
    add(hashText(stem, 0, stem.length), share);
    for (const { hashes, share: gramShare } of gramsOf(word))
      for (let at = 0; at < hashes.length; at += 1) add(hashes[at] ?? 0, share * gramShare);
  }
}

function featuresOf(text: string, language: string, functionWordShare: number): Map<number, number> {
  const found = new Map<number, number>();
  eachFeature(toUtterance(text), language, functionWordShare, (feature, share) => {
    found.set(feature, (found.get(feature) ?? 0) + share);
  });
  return found;
}

/** Weight of function words: low for few examples, where they would mislead; rising to 1, where they help. */
function shareOfFunctionWords(examples: readonly Example[], labels: number): number {
  const perTask = examples.filter(({ label }) => label !== NONE).length / Math.max(1, labels - 1);
  return Math.min(1, round(0.35 + 0.08 * (perTask - 1)));
}

/** Weighs features: the more labels use a feature, the lower its weight. */
function weighFeatures(
  examples: readonly Example[],
  documents: readonly ReadonlyMap<number, number>[],
  labels: number,
): Index {
  const users = new Map<number, Set<string>>();
  documents.forEach((document, at) => {
    for (const feature of document.keys()) {
      const seen = users.get(feature);
      const label = examples[at]?.label ?? NONE;
      if (seen) seen.add(label);
      else users.set(feature, new Set([label]));
    }
  });
  const features = Uint32Array.from(users.keys()).sort();
  const shares = Float32Array.from(features, (feature) => Math.log(1 + labels / (users.get(feature)?.size ?? 1)));
  return { features, shares, ...createRowTable(features) };
}

type Vector = [row: number, value: number][];

function toVector(document: ReadonlyMap<number, number>, index: Index): Vector {
  const vector: Vector = [];
  let sum = 0;
  for (const [feature, share] of document) {
    const row = index.rowOf(feature);
    if (row === -1) continue;
    const value = share * (index.shares[row] ?? 0);
    vector.push([row, value]);
    sum += value * value;
  }
  const length = Math.sqrt(sum) || 1;
  for (const entry of vector) entry[1] /= length;
  return vector;
}

function epochsFor(vectors: readonly Vector[], labels: number): number {
  const entries = vectors.reduce((total, vector) => total + vector.length, 0);
  return Math.min(EPOCHS, Math.floor(MAX_WORK / Math.max(1, entries * labels)));
}

/** Stochastic gradient descent in a fixed pseudo-random order. */
function descend(
  epochs: number,
  vectors: readonly Vector[],
  targets: readonly number[],
  labels: number,
  features: number,
) {
  const weights = new Float32Array(features * labels);
  const bias = new Float32Array(labels);
  const order = vectors.map((_, at) => at);
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
