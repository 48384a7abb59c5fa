import { SCRIPT_TOKEN } from '../definition/bot-functions.js';
import { parsePath } from '../definition/pieces.js';
import type { Json, JsonObject } from '../json.js';
import { printed, valueAt } from './interpolate.js';

/** One part of a script: code, a comment, or the inside of a text. `{{…}}` never spans two of them. */
type Part = 'CODE' | 'TEXT' | 'COMMENT';

/**
 * Fills in the `{{…}}` of a JavaScript message, before it runs. Inside a literal of a text a value stands as text; elsewhere as
 * a value of its own. Whatever a value holds, it ends no literal and becomes no code. Braces that are JavaScript's own stay.
 */
export async function fillScript(
  script: string,
  scope: JsonObject,
  evaluate: (expression: string) => Promise<string>,
): Promise<string> {
  let result = '';
  let at = 0;
  const partAt = createScanner(script);
  for (const { index, 0: whole, 1: inside = '' } of script.matchAll(FILLED)) {
    const part = partAt(index);
    const value = part === 'COMMENT' ? undefined : await filling(inside.trim(), part, scope, evaluate);
    if (value === undefined) continue;
    result += script.slice(at, index) + (part === 'TEXT' ? inText(printed(value)) : inCode(value));
    at = index + whole.length;
  }
  return result + script.slice(at);
}

const FILLED = /\{\{([^{};\n]*)\}\}/g;

/** Undefined: these braces are not ours. */
async function filling(
  inside: string,
  part: Part,
  scope: JsonObject,
  evaluate: (expression: string) => Promise<string>,
): Promise<Json | undefined> {
  const path = parsePath(inside);
  if (path) {
    const value = valueAt(scope, path);
    // A name alone is also how scripts mark places that they fill in themselves.
    return value === undefined && /^(context|env|content)\b/.test(inside) ? missing(part) : value;
  }
  return /\b(context|env|content)\b/.test(inside) ? evaluate(inside) : undefined;
}

const missing = (part: Part): Json => (part === 'TEXT' ? '' : null);

/** Letters and digits as they are, the rest as escapes, which end no literal and are no code. */
const inText = (text: string): string =>
  text.replace(/[^\p{L}\p{N} .,:@_-]/gu, (char) =>
    Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );

function inCode(value: Json): string {
  if (typeof value === 'object' && value !== null) return `JSON.parse("${inText(JSON.stringify(value))}")`;
  return typeof value === 'string' ? `"${inText(value)}"` : String(value);
}

/** Tells in what part of a script a place lies; the places are asked for in order. */
function createScanner(script: string): (place: number) => Part {
  const tokens = script.matchAll(SCRIPT_TOKEN);
  let token = tokens.next();
  return (place) => {
    while (!token.done && token.value.index + token.value[0].length <= place) token = tokens.next();
    if (token.done || token.value.index > place) return 'CODE';
    return /^\/[/*]/.test(token.value[0]) ? 'COMMENT' : 'TEXT';
  };
}
