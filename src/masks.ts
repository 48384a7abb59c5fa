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
  /** All texts within a JSON value, and numbers that are written like what is to be hidden; names of members stay. */
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
/** A number has at least so many digits to be taken for a card: times in milliseconds have fewer. */
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

export function createMask(rules: readonly MaskRule[]): Mask {
  const steps = rules.map(stepOf);
  const text = (given: string): string => steps.reduce((before, step) => step(before), given);

  function json(value: Json): Json {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') {
      const written = String(value);
      return written.length >= LEAST_DIGITS_OF_NUMBER && text(written) !== written ? text(written) : value;
    }
    if (Array.isArray(value)) return value.map(json);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, json(member)]));
  }

  return { text, json: <T>(value: T): T => json(value as Json) as T }; // masked texts are texts
}

function stepOf({ kind, pattern, replacement }: MaskRule): (text: string) => string {
  if (kind === 'REGEX') {
    const compiled = compilePattern(pattern ?? '');
    return (text) => replaceSpans(text, findPattern(compiled, text), replacement);
  }
  const find = FINDERS[kind];
  return (text) => replaceSpans(text, find(text), replacement);
}

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
