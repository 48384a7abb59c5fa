import { isObject } from '../../definition/json.js';
import { parsePath } from '../../definition/pieces.js';
import type { Comparison, Condition } from '../../definition/program.js';
import type { Json, JsonObject } from '../../json.js';
import { printed, valueAt } from '../../turn/interpolate.js';
import { isBlank } from './context.js';
import { nodeAt, type Run, scopeOf } from './run.js';
import type { Frame } from './state.js';

/** Whether a condition of an edge holds now. Values compare as texts, ignoring case (kore-exports.md §4). */
export function holds(condition: Condition, run: Run, frame: Frame): boolean {
  switch (condition.type) {
    case 'compare': {
      const path = parsePath(condition.path);
      const scope = scopeOf(run);
      return path !== null && compare(givenAt(path, scope), condition.op, expectedOf(condition.value, scope));
    }
    case 'answered':
      return frame.answer === condition.answer;
    case 'intent':
      return frame.intent !== null && intentOf(run, frame, condition.nodeId) === frame.intent;
    case 'all':
      return condition.of.every((part) => holds(part, run, frame));
    case 'any':
      return condition.of.some((part) => holds(part, run, frame));
    case 'never':
      return false;
  }
}

/** The value at a path; an entity that is blank has none. */
function givenAt(path: readonly string[], scope: JsonObject): Json | undefined {
  const value = valueAt(scope, path);
  return path[1] === 'entities' && isBlank(value) ? undefined : value;
}

/** The text to compare with: a literal, or the value of a variable; empty when it is missing. */
function expectedOf(value: { text: string } | { path: string }, scope: JsonObject): string {
  if ('text' in value) return value.text;
  const path = parsePath(value.path);
  return path === null ? value.path : printed(valueAt(scope, path));
}

export function compare(actual: Json | undefined, op: Comparison, expected: string): boolean {
  const texts = textsOf(actual);
  const wanted = clean(expected);
  switch (op) {
    case 'exists':
      return texts.length > 0;
    case 'absent':
      return texts.length === 0;
    case 'eq':
      return texts.some((text) => clean(text) === wanted) || sameNumber(actual, expected);
    case 'neq':
      return !compare(actual, 'eq', expected);
    case 'contains':
      return texts.some((text) => clean(text).includes(wanted));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return ordered(texts[0], op, expected);
  }
}

/** The component a local intent node stands for. */
function intentOf(run: Run, frame: Frame, nodeId: string): string | null {
  const node = nodeAt(run, { ...frame, path: [nodeId] })?.node;
  if (node?.type === 'local_intent') return node.componentId;
  return node?.type === 'call' ? node.dialogId : nodeId;
}

/** What an object may be compared by. */
const PARTS = [
  'value',
  'title',
  'text',
  'amount',
  'formatted_address',
  'city',
  'code',
  'shortName',
  'alpha2',
  'alpha3',
];

/** The texts a value may be compared as: its own, the entries of a list, the value, title or amount of an object. */
function textsOf(value: Json | undefined): string[] {
  if (value === undefined || value === null || value === '') return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [JSON.stringify(value), ...value.flatMap(textsOf)];
  if (!isObject(value)) return [String(value)];
  const parts = PARTS.map((key) => value[key]);
  return [JSON.stringify(value), ...parts.flatMap((part) => textsOf(part as Json | undefined))]; // entries of JSON are JSON
}

function ordered(text: string | undefined, op: 'gt' | 'gte' | 'lt' | 'lte', expected: string): boolean {
  if (text === undefined) return false;
  const [left, right] = [Number(text), Number(expected)];
  const numeric = !Number.isNaN(left) && !Number.isNaN(right) && expected.trim() !== '';
  const order = numeric ? left - right : text.localeCompare(expected);
  if (op === 'gt') return order > 0;
  if (op === 'gte') return order >= 0;
  return op === 'lt' ? order < 0 : order <= 0;
}

function sameNumber(actual: Json | undefined, expected: string): boolean {
  return typeof actual === 'number' && expected.trim() !== '' && Number(expected) === actual;
}

const clean = (text: string): string => text.trim().toLowerCase();
