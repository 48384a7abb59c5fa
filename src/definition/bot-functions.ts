import type { JsonObject } from '../json.js';

/** The functions of the `.js` files of an export, which every script of the bot may call. */
export interface BotFunctions {
  source: string;
  /** What they are called. */
  names: readonly string[];
}

/** Bytes of one `.js` file, the platform's limit; a larger one is refused. */
export const MAX_FUNCTIONS = 500 * 1024;

/** Null when there are none. */
export function botFunctions(files: readonly { name: string; content: string }[]): BotFunctions | null {
  const sources = files.filter(({ name }) => isFunctions(name)).map(({ content }) => content);
  const source = sources.join('\n;\n');
  return source.trim() === '' ? null : { source, names: [...declaredIn(codeOf(source))] };
}

export const isFunctions = (fileName: string): boolean => /\.js$/i.test(fileName);

/** A symbol, so that scopes stay plain JSON to whoever prints, stores or fills them in. */
const FUNCTIONS = Symbol('functions of the bot');

export const withFunctions = (scope: JsonObject, functions: BotFunctions | null | undefined): JsonObject =>
  functions ? Object.assign(scope, { [FUNCTIONS]: functions }) : scope;

/** The source of the bot's functions, if a script with this scope names any of them. */
export function functionsFor(script: string, scope: JsonObject): string | null {
  const functions = (scope as { [FUNCTIONS]?: BotFunctions })[FUNCTIONS];
  if (!functions) return null;
  const words = new Set(script.match(WORD));
  return functions.names.some((name) => words.has(name)) ? functions.source : null;
}

/** Functions that a script calls and does not declare, guard or find among those that are known. */
export function unknownCalls(script: string, known: ReadonlySet<string>): string[] {
  const code = codeOf(script);
  const called = [...code.matchAll(/(?<![\w$.])(?<!function\s+)([A-Za-z_$][\w$]*)\s*\((?![^()]*\)\s*\{)/g)].map(
    ([, name = '']) => name,
  );
  const unknown = new Set(called.filter((name) => !known.has(name) && !WORDS_OF_JAVASCRIPT.has(name)));
  for (const name of declaredIn(code)) unknown.delete(name);
  return [...unknown];
}

const WORD = /[A-Za-z_$][\w$]*/g;
const WORDS_OF_JAVASCRIPT = new Set(
  'if for while switch catch function return typeof new in of void delete await async super this throw else do case yield with import'.split(
    ' ',
  ),
);

/** Names that code declares, assigns, takes as parameters, or looks for with `typeof`. */
function declaredIn(code: string): Set<string> {
  const named = [
    ...code.matchAll(/\b(?:function\s*\*?|var|let|const|class|typeof|catch\s*\()\s*([A-Za-z_$][\w$]*)/g),
    ...code.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)\s*=(?!=)/g),
  ].map(([, name = '']) => name);
  const parameters = [
    ...code.matchAll(/\bfunction\b[^(){}]*\(([^()]*)\)/g),
    ...code.matchAll(/(?:\(([^()]*)\)|(?<![\w$.])([A-Za-z_$][\w$]*))\s*=>/g),
  ].flatMap(([, list = '', one = '']) => `${list} ${one}`.match(WORD) ?? []);
  return new Set([...named, ...parameters]);
}

/** A script without its comments and without what its literals of texts hold. */
export const codeOf = (script: string): string =>
  script.replace(SCRIPT_TOKEN, (token) => (/^\//.test(token) ? ' ' : '""'));

/**
 * Comments, literals of texts, and regular expressions where one may begin. Ends are optional: a search for one that is
 * missing would begin again at every place.
 */
export const SCRIPT_TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|`(?:\\[\s\S]|[^`\\])*`?|(?<=(?:^|[(,=:[!&|?{};\n]|return)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]?|[^/\\\n[])+\/?/g;
