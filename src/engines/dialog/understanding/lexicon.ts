import { beginningOf, words } from '../../../definition/words.js';
import { CONCEPTS } from './concepts.js';
import { type Lexicon, type Pattern, parsePattern } from './pattern.js';

/** The sources of one concept's patterns by how they begin, and those of them that were parsed already. */
interface Concept {
  sources: Map<string, string[]>;
  parsed: Map<string, Pattern[]>;
}

/**
 * The concepts a bot's patterns may name: its own from the file, and a small built-in English set for those the file
 * leaves out. Some have hundreds of patterns, and a server has a thousand bots: they are found by their first letters,
 * and parsed when an utterance first has those.
 */
export function createLexicon(synonyms: Readonly<Record<string, readonly string[]>>): Lexicon {
  const concepts = new Map<string, Concept>();
  const conceptOf = (name: string): Concept => {
    const known = concepts.get(name);
    if (known) return known;
    const concept = { sources: bySource(sourcesOf(name.toLowerCase(), synonyms)), parsed: new Map() };
    concepts.set(name, concept);
    return concept;
  };
  return {
    patternsOf(name, word) {
      const concept = conceptOf(name);
      const any = patternsOf(concept, ANY);
      const own = patternsOf(concept, beginningOf(word));
      if (any.length === 0) return own;
      return own.length === 0 ? any : [...any, ...own];
    },
    mayBegin(name, beginnings) {
      const { sources } = conceptOf(name);
      if (sources.has(ANY)) return true;
      for (const beginning of beginnings) if (sources.has(beginning)) return true;
      return false;
    },
  };
}

/** Patterns that may begin with any word. */
const ANY = '';
const NO_PATTERNS: Pattern[] = [];

function patternsOf({ sources, parsed }: Concept, beginning: string): Pattern[] {
  const known = parsed.get(beginning);
  if (known) return known;
  const found = sources.get(beginning);
  if (!found) return NO_PATTERNS;
  const patterns = found.map(parsePattern);
  parsed.set(beginning, patterns);
  return patterns;
}

function bySource(sources: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const source of sources) {
    const beginning = firstBeginning(source);
    const known = found.get(beginning);
    if (known) known.push(source);
    else found.set(beginning, [source]);
  }
  return found;
}

function sourcesOf(name: string, synonyms: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const bare = name.slice(1);
  if (Object.hasOwn(synonyms, name)) return synonyms[name] ?? [];
  if (Object.hasOwn(synonyms, bare)) return [bare, ...(synonyms[bare] ?? [])];
  return (Object.hasOwn(CONCEPTS, bare) ? CONCEPTS[bare]?.split(' | ') : undefined) ?? [];
}

/** The first letters of a pattern that begins with a plain word; `be` stands for words of other letters. */
function firstBeginning(source: string): string {
  const first = /^\s*<?\s*([^\s<>[\]{}!"*~]+)/.exec(source)?.[1];
  const word = first === undefined ? undefined : words(first.replaceAll('_', ' '))[0];
  return word === undefined || word === 'be' ? ANY : beginningOf(word);
}
