import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { badInput } from '../errors.js';
import { excessOf, MAX_JSON_VALUES } from '../json-limits.js';

const MAX_DEPTH = 64;
const TOO_MANY = `holds more than ${MAX_JSON_VALUES} values`;

/**
 * JSON that can be stored: an object, not too deep and not of too many values, with well-formed strings (PostgreSQL stores neither NUL nor
 * half a surrogate pair; both are replaced by U+FFFD). BAD_USER_INPUT names the position of what is wrong.
 */
export function parseJsonObject(text: string): Record<string, unknown> {
  const excess = excessOf(text, { levels: MAX_DEPTH });
  if (excess) {
    const limit = excess.of === 'levels' ? `is nested more than ${MAX_DEPTH} levels deep` : TOO_MANY;
    throw badInput('body', `The JSON ${limit} at ${where(text, excess.at)}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badInput('body', `The body is not JSON: ${explain(text)}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badInput('body', 'The body must be a JSON object.');
  const storable = MAY_BE_UNSTORABLE.test(text) ? cleaned(value) : value;
  return storable as Record<string, unknown>; // checked above; cleaning keeps the shape
}

const MAY_BE_UNSTORABLE = /\\u(0000|d[89a-f])/i;

/** The engine's own message holds a position only at times; the tolerant parser always knows it. */
function explain(text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [first] = errors;
  if (!first) return 'it could not be parsed';
  return `${printParseErrorCode(first.error)} at ${where(text, first.offset)}`;
}

function where(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `position ${offset} (line ${line}, column ${offset - before.lastIndexOf('\n')})`;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanString(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [cleanString(key), cleaned(part)]));
}

const cleanString = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();
