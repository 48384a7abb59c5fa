import { words } from '../../../definition/words.js';

/**
 * The pattern language of small talk and intent patterns (kore-exports.md §8): words in order; `~concept`; `<` and `>`
 * the begin and the end of the utterance; `[a b]` one of; `{x}` optional; `!x` not anywhere; `*` any words; `*~2` up to
 * two words; `a_b` and `'a b'` a phrase. Up to three other words may stand between two words of a pattern that is not
 * anchored on both sides.
 */
export interface Pattern {
  forbidden: Item[];
  items: Item[];
  begin: boolean;
  end: boolean;
}

type Item =
  | { type: 'word'; word: string }
  | { type: 'phrase'; items: Item[] }
  | { type: 'concept'; name: string }
  | { type: 'choice'; of: Item[]; optional: boolean }
  | { type: 'gap'; most: number };

/** Concepts by their names with the tilde (`~yes`). */
export interface Lexicon {
  /** The patterns of a concept that may begin with a word. */
  patternsOf(concept: string, word: string): readonly Pattern[];
  /** Whether a concept has a pattern that may begin with a word of one of these beginnings. */
  mayBegin(concept: string, beginnings: ReadonlySet<string>): boolean;
}

export interface PatternMatch {
  /** Words of the utterance that the pattern accounts for. */
  matched: number;
}

/** Words that may stand between two items of a pattern. */
const FREE_GAP = 3;
/** Steps of one match, which many wildcards multiply; beyond it the pattern does not match. */
const MAX_STEPS = 20_000;
const MAX_DEPTH = 6; // concepts may name each other

export function parsePattern(source: string): Pattern {
  const tokens = source.match(/"[^"]*"|'[^']*'|\*~\d+|[<>[\]{}!]|[^\s<>[\]{}!"]+/g) ?? [];
  const cursor = { tokens, at: 0 };
  const pattern: Pattern = { forbidden: [], items: [], begin: false, end: false };
  while (cursor.at < tokens.length) {
    const token = tokens[cursor.at];
    if (token === '<' && pattern.items.length === 0) pattern.begin = true;
    else if (token === '>' && cursor.at === tokens.length - 1) pattern.end = true;
    else if (token === '!') {
      cursor.at += 1;
      pattern.forbidden.push(...parseItem(cursor));
      continue;
    } else {
      pattern.items.push(...parseItem(cursor));
      continue;
    }
    cursor.at += 1;
  }
  return pattern;
}

/** Matches against the words of an utterance; null when it does not match. The best match is the longest. */
export function matchPattern(
  pattern: Pattern,
  utterance: readonly string[],
  lexicon: Lexicon,
  depth = 0,
): PatternMatch | null {
  const run: Run = { words: utterance, lexicon, steps: 0, depth };
  if (pattern.forbidden.some((item) => utterance.some((_, at) => ends(item, at, run).some((end) => end > at))))
    return null;
  if (pattern.items.length === 0) return null;
  const gap = pattern.begin && pattern.end ? 0 : FREE_GAP;
  const last = pattern.begin ? 0 : utterance.length;
  for (let start = 0; start <= last; start += 1) {
    const matched = sequence(pattern.items, 0, start, gap, pattern.end, run);
    if (matched !== null && matched > 0) return { matched };
  }
  return null;
}

interface Run {
  words: readonly string[];
  lexicon: Lexicon;
  steps: number;
  depth: number;
}

/** How many words the items from `index` on match when they begin at `at`; null when they do not. */
function sequence(
  items: readonly Item[],
  index: number,
  at: number,
  gap: number,
  toEnd: boolean,
  run: Run,
): number | null {
  run.steps += 1;
  if (run.steps > MAX_STEPS) return null;
  const item = items[index];
  if (!item) return !toEnd || at === run.words.length ? 0 : null;
  if (item.type === 'gap') return afterGap(items, index, at, item.most, toEnd, gap, run);
  const slack = index === 0 || items[index - 1]?.type === 'gap' ? 0 : gap;
  for (let skip = 0; skip <= slack; skip += 1) {
    for (const end of ends(item, at + skip, run)) {
      const rest = sequence(items, index + 1, end, gap, toEnd, run);
      if (rest !== null) return rest + (end - at - skip);
    }
  }
  return null;
}

function afterGap(
  items: readonly Item[],
  index: number,
  at: number,
  most: number,
  toEnd: boolean,
  gap: number,
  run: Run,
): number | null {
  const limit = Math.min(most, run.words.length - at);
  for (let skip = 0; skip <= limit; skip += 1) {
    const rest = sequence(items, index + 1, at + skip, gap, toEnd, run);
    if (rest !== null) return rest;
  }
  return null;
}

/** Where an item may end when it begins at `at`; longest first, `at` itself when it may be absent. */
function ends(item: Item, at: number, run: Run): readonly number[] {
  switch (item.type) {
    case 'word':
      return at < run.words.length && sameWord(item.word, run.words[at] ?? '') ? [at + 1] : NOWHERE;
    case 'phrase':
      return phraseEnd(item.items, at, run);
    case 'concept':
      return conceptEnds(item.name, at, run);
    case 'choice':
      return choiceEnds(item.of, item.optional, at, run);
    case 'gap':
      return [at];
  }
}

/** Most items match nowhere: that makes no garbage. */
const NOWHERE: readonly number[] = [];

function choiceEnds(of: readonly Item[], optional: boolean, at: number, run: Run): readonly number[] {
  let found: number[] | null = null;
  for (const one of of) {
    for (const end of ends(one, at, run)) {
      found ??= [];
      if (!found.includes(end)) found.push(end);
    }
  }
  if (optional) found = [...(found ?? []), at];
  return found?.sort((one, other) => other - one) ?? NOWHERE;
}

function phraseEnd(items: readonly Item[], at: number, run: Run): readonly number[] {
  let end = at;
  for (const item of items) {
    const next = ends(item, end, run)[0];
    if (next === undefined) return NOWHERE;
    end = next;
  }
  return [end];
}

function conceptEnds(name: string, at: number, run: Run): readonly number[] {
  if (run.depth >= MAX_DEPTH || run.steps > MAX_STEPS) return NOWHERE;
  const word = run.words[at];
  if (word === undefined) return NOWHERE;
  let found: number[] | null = null;
  for (const pattern of run.lexicon.patternsOf(name, word)) {
    run.steps += 1;
    if (pattern.begin && at > 0) continue;
    const inner: Run = { words: run.words, lexicon: run.lexicon, steps: run.steps, depth: run.depth + 1 };
    const matched = sequence(pattern.items, 0, at, 0, pattern.end, inner);
    run.steps = inner.steps;
    if (matched === null || matched === 0) continue;
    found ??= [];
    if (!found.includes(at + matched)) found.push(at + matched);
  }
  return found?.sort((one, other) => other - one) ?? NOWHERE;
}

function parseItem(cursor: { tokens: readonly string[]; at: number }): Item[] {
  const token = cursor.tokens[cursor.at] ?? '';
  cursor.at += 1;
  if (token === '[' || token === '{') return [parseChoice(cursor, token === '{')];
  if (token === '*') return [{ type: 'gap', most: Number.POSITIVE_INFINITY }];
  if (/^\*~\d+$/.test(token)) return [{ type: 'gap', most: Number(token.slice(2)) }];
  if (/^[<>\]}!]$/.test(token)) return [];
  if (token.startsWith('~')) return [{ type: 'concept', name: token.toLowerCase() }];
  const parts = words(token.replace(/^["']|["']$/g, '').replaceAll('_', ' '));
  const first = parts[0];
  if (first === undefined) return [];
  if (parts.length === 1) return [{ type: 'word', word: first }];
  return [{ type: 'phrase', items: parts.map((word): Item => ({ type: 'word', word })) }];
}

function parseChoice(cursor: { tokens: readonly string[]; at: number }, optional: boolean): Item {
  const close = optional ? '}' : ']';
  const of: Item[] = [];
  while (cursor.at < cursor.tokens.length && cursor.tokens[cursor.at] !== close) of.push(...parseItem(cursor));
  cursor.at += 1;
  return { type: 'choice', of, optional };
}

const BE = new Set(['be', 'is', 'are', 'am', 'was', 'were', 'been', 'being']);

/** Patterns use base forms: `be` stands for all its forms, and any word for its plural, -ing and -ed forms. */
function sameWord(wanted: string, word: string): boolean {
  if (wanted === word) return true;
  if (wanted === 'be') return BE.has(word);
  if (wanted.length < 3 || !word.startsWith(wanted.slice(0, -1))) return false;
  const last = wanted.at(-1) ?? '';
  if (word.startsWith(wanted)) {
    const tail = word.slice(wanted.length);
    // "changed" of "change", "cancelled" of "cancel".
    return ENDINGS.has(tail) || (last === 'e' && tail === 'd') || (tail[0] === last && ENDINGS.has(tail.slice(1)));
  }
  const tail = word.slice(wanted.length - 1);
  return (last === 'e' && tail === 'ing') || (last === 'y' && (tail === 'ies' || tail === 'ied'));
}

const ENDINGS = new Set(['s', 'es', 'ing', 'ed']);
