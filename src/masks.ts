import { RE2JS } from 're2js';
import type { Json } from './json.js';
import { findCards, findEmails, findIbans, findPhones, type Span } from './personal-data.js';
import type { MaskKind } from './vocabulary.js';

/** What is to be hidden, and what stands there instead. `pattern` is set for REGEX alone. */
export interface MaskRule {
  kind: MaskKind;
  pattern: string | null;
  replacement: string;
}

/** Hides what its rules find. What it is given stays as it is. */
export interface Mask {
  text(text: string): string;
  /** All texts within a JSON value, and numbers and names of members that are written like what is to be hidden. */
  json<T>(value: T): T;
}

/** What stands where nothing else was wished for. */
export const REPLACEMENTS: Record<MaskKind, string> = {
  CARD: '[card]',
  IBAN: '[IBAN]',
  EMAIL: '[e-mail]',
  PHONE: '[phone]',
  REGEX: '[masked]',
};

/** Characters of a pattern; more are refused. */
export const MAX_PATTERN = 500;
/** Instructions of a compiled pattern, each of which may be tried at every character; more are refused. */
const MAX_PROGRAM = 2_000;
/** A number has at least so many digits to be taken for a card: times in milliseconds have fewer. A pattern finds any. */
const LEAST_DIGITS_OF_NUMBER = 14;

const FINDERS: Record<Exclude<MaskKind, 'REGEX'>, (text: string) => Span[]> = {
  CARD: findCards,
  IBAN: findIbans,
  EMAIL: findEmails,
  PHONE: findPhones,
};

/** Throws with words for whoever wrote the pattern when it is none that may run. */
export function checkPattern(pattern: string): void {
  if (pattern === '') throw new Error('Give a pattern.');
  if (pattern.length > MAX_PATTERN) throw new Error(`A pattern has at most ${MAX_PATTERN} characters.`);
  const compiled = compilePattern(pattern);
  if (compiled.matcher('').find())
    throw new Error('The pattern finds the empty text, so that it would be found everywhere.');
}

/**
 * RE2 never goes back, so that the time a pattern takes grows with the text and not with what the pattern might try: a
 * hostile one stops nobody. Look-around and back references are what it has not.
 */
function compilePattern(pattern: string): RE2JS {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    throw new Error(`RE2 does not take the pattern: ${error instanceof Error ? error.message : 'it cannot be read'}`);
  }
  if (compiled.programSize() > MAX_PROGRAM)
    throw new Error('The pattern is too large once its repetitions are written out: use smaller numbers.');
  return compiled;
}

/** What is looked for first: a telephone number or a card may be a piece of what stands before it here. */
const ORDER: readonly MaskKind[] = ['IBAN', 'CARD', 'EMAIL', 'PHONE', 'REGEX'];

export function createMask(given: readonly MaskRule[]): Mask {
  const rules = given.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const text = textMask(rules);
  const shortNumber = textMask(rules.filter(({ kind }) => kind === 'REGEX'));
  // A pattern may find the names by which the server and the console know what is what.
  const name = textMask(rules.filter(({ kind }) => kind !== 'REGEX'));

  function number(value: number): Json {
    const written = String(value);
    const masked = written.length < LEAST_DIGITS_OF_NUMBER ? shortNumber(written) : text(written);
    return masked === written ? value : masked;
  }

  function json(value: Json): Json {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') return number(value);
    if (Array.isArray(value)) return value.map(json);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [name(key), json(member)]));
  }

  return { text, json: <T>(value: T): T => json(value as Json) as T }; // masked texts are texts
}

function textMask(rules: readonly MaskRule[]): (text: string) => string {
  const steps = rules.map(stepOf);
  return (given) => steps.reduce((before, step) => step(before), given);
}

function stepOf({ kind, pattern, replacement }: MaskRule): (text: string) => string {
  const find = kind === 'REGEX' ? patternFinder(compilePattern(pattern ?? '')) : FINDERS[kind];
  return (text) => replaceSpans(text, find(text), replacement);
}

const patternFinder =
  (pattern: RE2JS) =>
  (text: string): Span[] =>
    findPattern(pattern, text);

function findPattern(pattern: RE2JS, text: string): Span[] {
  const matcher = pattern.matcher(text);
  const found: Span[] = [];
  while (matcher.find())
    if (matcher.end() > matcher.start()) found.push({ start: matcher.start(), end: matcher.end() });
  return found;
}

/** Spans are in order and do not overlap. */
function replaceSpans(text: string, spans: readonly Span[], replacement: string): string {
  if (spans.length === 0) return text;
  let at = 0;
  let out = '';
  for (const { start, end } of spans) {
    out += text.slice(at, start) + replacement;
    at = end;
  }
  return out + text.slice(at);
}
