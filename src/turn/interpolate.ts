import { pieces } from '../definition/pieces.js';
import type { Json, JsonObject } from '../json.js';

/** Roots a path may begin with; anything else is looked up under `context` (kore-exports.md §4). */
const ROOTS = new Set(['context', 'env', 'content']);

/** The value at a path; undefined when any step is missing. Only own properties count. */
export function valueAt(scope: JsonObject, path: readonly string[]): Json | undefined {
  const first = path[0] ?? '';
  let value: Json | undefined = ROOTS.has(first) || Object.hasOwn(scope, first) ? scope : scope.context;
  for (const step of path) {
    if (typeof value === 'string' && step === 'length') return value.length;
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && step === 'length') return value.length;
    if (!Object.hasOwn(value, step)) return undefined;
    // An own property of a JSON array or object is JSON.
    value = (value as JsonObject)[step];
  }
  return value;
}

/** How a value prints inside a text: nothing when missing, JSON when it has parts. */
export function printed(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Fills in `{{…}}`. Plain paths never leave this function's thread; expressions go to `evaluate`. */
export async function interpolate(
  text: string,
  scope: JsonObject,
  evaluate: (expression: string) => Promise<string>,
): Promise<string> {
  if (!text.includes('{{')) return text;
  let result = '';
  for (const piece of pieces(text)) {
    if ('literal' in piece) result += piece.literal;
    else if ('path' in piece) result += printed(valueAt(scope, piece.path));
    else result += await evaluate(piece.expression);
  }
  return result;
}
