import { pieces } from '../../../definition/pieces.js';
import type { Json, JsonObject } from '../../../json.js';
import { interpolate, printed, valueAt } from '../../../turn/interpolate.js';
import { type Run, scopeOf } from '../run.js';

/** A value that takes the place of a `{{…}}`. */
export interface Filled {
  /** What stands between the braces, for errors: values never appear there. */
  name: string;
  value: Json | undefined;
  text: string;
  source: Source;
  /** The whole text is this one value. */
  alone: boolean;
}

/**
 * Who chose a value. AUTHOR: a variable or content of the bot. USER: entities, forms and whatever else holds the user's
 * own words. SCRIPT: the rest of the context and all expressions; a script may have put the user's words there, too.
 */
type Source = 'AUTHOR' | 'USER' | 'SCRIPT';

/** Fills in `{{…}}` of a text that nothing parses, such as a prompt. */
export async function fill(run: Run, text: string): Promise<string> {
  return interpolate(text, scopeOf(run), (expression) => evaluate(run, expression));
}

/** The same for a text that a language model reads, whom users talk into repeating it: secured variables are not in it. */
export const fillPrompt = (run: Run, text: string): Promise<string> =>
  fill({ ...run, turn: { ...run.turn, env: run.turn.plainEnv } }, text);

/** Fills in `{{…}}`, each value encoded for its place. `before` is the text in front of it, already filled in. */
export async function fillEncoded(
  run: Run,
  text: string,
  encode: (filled: Filled, before: string) => string,
): Promise<string> {
  if (!text.includes('{{')) return text;
  const parts = pieces(text);
  const alone = pieces(text.trim()).length === 1;
  let result = '';
  for (const piece of parts)
    result += 'literal' in piece ? piece.literal : encode({ ...(await read(run, piece)), alone }, result);
  return result;
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

async function read(run: Run, piece: { path: string[] } | { expression: string }): Promise<Omit<Filled, 'alone'>> {
  if ('path' in piece) {
    const value = valueAt(scopeOf(run), piece.path);
    return { name: piece.path.join('.'), value, text: printed(value), source: sourceOf(piece.path) };
  }
  const text = await evaluate(run, piece.expression);
  return { name: piece.expression.slice(0, 100), value: text, text, source: 'SCRIPT' };
}

const USER_PATHS = [
  /^(?:entities|userInputs|forms|traits|UserQuery)(?:\.|$)/,
  /^session\.(?:UserContext|BotUserSession\.lastMessage)(?:\.|$)/,
];

/** Paths without a root are looked up in the context, as `valueAt` does. */
function sourceOf([root = '', ...steps]: readonly string[]): Source {
  if (root === 'env' || root === 'content') return 'AUTHOR';
  const path = (root === 'context' ? steps : [root, ...steps]).join('.');
  return USER_PATHS.some((pattern) => pattern.test(path)) ? 'USER' : 'SCRIPT';
}

/** The value of a JavaScript expression, as a text. */
export function evaluate(run: Run, expression: string): Promise<string> {
  const script = `var value = (${expression}\n); if (value !== undefined && value !== null) print(value);`;
  return run.deps.scripts.run(script, scopeOf(run), run.turn);
}
