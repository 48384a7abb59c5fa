/**
 * Levels of nesting in JSON from outside; deeper input is refused. `JSON.parse` takes any depth, but later code runs out of
 * stack at some thousands. Bot files and answers of services nest ten or twenty levels.
 */
export const MAX_JSON_DEPTH = 200;
/**
 * Values in one JSON text from outside; more are refused: a megabyte of `{}` holds 340,000, and parsing,
 * checking and copying them blocks the event loop for a second. A megabyte of ordinary records holds about 40,000.
 */
export const MAX_JSON_VALUES = 50_000;

/**
 * Values in one JSON text of an uploaded bot; more are refused: a bot file of 20 MB holds half as many. Such a text is parsed on
 * a thread; the limit bounds what it costs the thread that gets the values.
 */
export const MAX_UPLOADED_VALUES = 1_000_000;

/** The limit a JSON text exceeds, and the position where it does. */
export interface JsonExcess {
  of: 'levels' | 'values';
  at: number;
}

/** Checks levels and values without parsing; null when both are within their limits. */
export function excessOf(
  text: string,
  { levels = MAX_JSON_DEPTH, values = MAX_JSON_VALUES }: { levels?: number; values?: number } = {},
): JsonExcess | null {
  let depth = 0;
  let count = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) count += 1;
    else if (code === BRACE || code === BRACKET) {
      count += 1; // an empty one counts twice, as it has no values but costs as much
      depth += 1;
      if (depth > levels) return { of: 'levels', at };
    } else if (code === BRACE_END || code === BRACKET_END) depth -= 1;
    if (count > values) return { of: 'values', at };
  }
  return null;
}

/** Position at which a JSON text exceeds `levels` of nesting; null when it does not. */
export const deeperThan = (text: string, levels: number): number | null =>
  excessOf(text, { levels, values: Number.POSITIVE_INFINITY })?.at ?? null;

const [QUOTE, COMMA, BACKSLASH, BRACE, BRACE_END, BRACKET, BRACKET_END] = [34, 44, 92, 123, 125, 91, 93];

/** The position of the closing quote, or the end of a text that has none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 0) return end; // an even number of backslashes escapes backslashes alone
  }
  return text.length;
}
