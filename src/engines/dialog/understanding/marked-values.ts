import type { TrainingSentence } from '../../../definition/program.js';

/**
 * Values of entities in an utterance that follows a training sentence: `book a flight to Rome` with `Rome` marked finds
 * `Oslo` in `book a flight to Oslo`. By entity name.
 */
export function markedValues(sentences: readonly TrainingSentence[], utterance: string): Record<string, string> {
  const said = utterance.trim().replace(/\s+/g, ' ');
  for (const { text, entities } of sentences) {
    if (entities.length === 0) continue;
    const values = valuesBy(text, entities, said);
    if (values) return values;
  }
  return {};
}

/** Walks the fixed parts of the sentence through the utterance; what lies between them are the values. */
function valuesBy(text: string, entities: TrainingSentence['entities'], said: string): Record<string, string> | null {
  const spans = entities.toSorted((one, other) => one.start - other.start);
  const lower = said.toLowerCase();
  const values: [string, string][] = [];
  let at = 0;
  let open: string | null = null;
  for (const [index, span] of [...spans, { name: '', start: text.length, end: text.length }].entries()) {
    const fixed = text
      .slice(spans[index - 1]?.end ?? 0, span.start)
      .replace(/\s+/g, ' ')
      .toLowerCase()
      .trim();
    const found = fixed === '' ? (open === null ? at : lower.length) : lower.indexOf(fixed, at);
    if (found === -1 || (open === null && found !== at)) return null;
    if (open !== null) {
      const value = said.slice(at, found).trim();
      if (value === '') return null;
      values.push([open, value]);
    }
    at = found + fixed.length;
    while (said[at] === ' ') at += 1;
    open = span.name === '' ? null : span.name;
  }
  return at >= said.length ? Object.fromEntries(values) : null;
}
