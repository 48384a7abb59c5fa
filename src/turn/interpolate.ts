import type { Json, JsonObject } from '../json.js';

/** A piece of a text: literal, a path such as `context.entities.Name`, or a JavaScript expression. */
export type Piece = { literal: string } | { path: string[] } | { expression: string };

/** Roots a path may begin with; anything else is looked up under `context` (kore-exports.md §4). */
const ROOTS = new Set(['context', 'env', 'content']);
const PATH = /^[\p{L}_$][\p{L}\p{M}\p{N}_$-]*(?:\.[\p{L}\p{M}\p{N}_$-]+|\[\d+\]|\[(?:'[^']*'|"[^"]*")\])*$/u;
const STEP = /[\p{L}\p{M}\p{N}_$-]+|\[\d+\]|\[(?:'[^']*'|"[^"]*")\]/gu;
/** The fields of forms have the names their authors gave them, with blanks too: `context.forms.Leave.Start date`. */
const FORM_PATH =
  /^(?:context\.)?forms(?:\.[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$-]*(?: +[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$-]*)*)+$/u;

/** Cuts a text at its `{{…}}`. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const close = open === -1 ? -1 : text.indexOf('}}', open + 2);
    if (close === -1) break;
    if (open > at) found.push({ literal: text.slice(at, open) });
    found.push(toPiece(text.slice(open + 2, close).trim()));
    at = close + 2;
  }
  if (at < text.length) found.push({ literal: text.slice(at) });
  return found;
}

/** The steps of a path, e.g. `a.b[0]['c d']` → `a, b, 0, c d`; null when the text is not a plain path. */
export function parsePath(text: string): string[] | null {
  if (!PATH.test(text)) return FORM_PATH.test(text) ? text.split('.') : null;
  return [...text.matchAll(STEP)].map(([step]) =>
    step.startsWith('[') ? step.slice(1, -1).replace(/^['"]|['"]$/g, '') : step,
  );
}

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

function toPiece(inside: string): Piece {
  const path = parsePath(inside);
  return path ? { path } : inside === '' ? { literal: '' } : { expression: inside };
}
