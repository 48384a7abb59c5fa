/**
 * JSON from outside nests no deeper: `JSON.parse` takes any depth, but what walks or writes the value later runs out of
 * stack at some thousands. Bot files and answers of services nest ten or twenty levels.
 */
export const MAX_JSON_DEPTH = 200;

/** Where a JSON text opens a level deeper than `levels`; null when it nowhere does. */
export function deeperThan(text: string, levels: number): number | null {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 92)
        at += 1; // a backslash and what it escapes
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > levels) return at;
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return null;
}
