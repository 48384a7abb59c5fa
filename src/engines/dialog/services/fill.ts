import type { Json, JsonObject } from '../../../json.js';
import { interpolate, pieces, printed, valueAt } from '../../../turn/interpolate.js';
import { type Run, scopeOf } from '../run.js';

/** Fills in `{{…}}` of a text that is no message: a URL, a header, the body of a call. */
export async function fill(run: Run, text: string): Promise<string> {
  return interpolate(text, scopeOf(run), (expression) => evaluate(run, expression));
}

/** In a query, values are encoded where they follow a `=`: a user's `&` must not add a parameter. */
export async function fillUrl(run: Run, text: string): Promise<string> {
  return fillPieces(run, text, (value, before) =>
    before.includes('?') && /=$/.test(before) && !/%[0-9a-f]{2}/i.test(value) ? encodeURIComponent(value) : value,
  );
}

/** In JSON, values inside a string literal are escaped: a user's quote must not end the string. */
export async function fillJson(run: Run, text: string): Promise<string> {
  return fillPieces(run, text, (value, before) => (insideString(before) ? JSON.stringify(value).slice(1, -1) : value));
}

/** Fills in every string inside a JSON value. */
export async function fillDeep(run: Run, value: Json): Promise<Json> {
  if (typeof value === 'string') return value.includes('{{') ? fillValue(run, value) : value;
  if (Array.isArray(value)) return Promise.all(value.map((entry) => fillDeep(run, entry)));
  if (typeof value !== 'object' || value === null) return value;
  const filled: JsonObject = {};
  for (const [key, entry] of Object.entries(value)) if (key !== '__proto__') filled[key] = await fillDeep(run, entry);
  return filled;
}

/** A text that is one path keeps the type of its value. */
async function fillValue(run: Run, text: string): Promise<Json> {
  const [only, ...more] = pieces(text.trim());
  if (only && more.length === 0 && 'path' in only) return valueAt(scopeOf(run), only.path) ?? '';
  return fill(run, text);
}

async function fillPieces(run: Run, text: string, encode: (value: string, before: string) => string): Promise<string> {
  if (!text.includes('{{')) return text;
  const scope = scopeOf(run);
  let result = '';
  for (const piece of pieces(text)) {
    if ('literal' in piece) result += piece.literal;
    else
      result += encode(
        'path' in piece ? printed(valueAt(scope, piece.path)) : await evaluate(run, piece.expression),
        result,
      );
  }
  return result;
}

function insideString(before: string): boolean {
  let inside = false;
  for (let at = 0; at < before.length; at += 1) {
    if (before[at] === '\\') at += 1;
    else if (before[at] === '"') inside = !inside;
  }
  return inside;
}

function evaluate(run: Run, expression: string): Promise<string> {
  const script = `var value = (${expression}\n); if (value !== undefined && value !== null) print(value);`;
  return run.deps.scripts.run(script, scopeOf(run), run.turn);
}
