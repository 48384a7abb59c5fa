import { CONCEPTS } from './concepts.js';
import { type Lexicon, type Pattern, parsePattern } from './pattern.js';

/**
 * The concepts a bot's patterns may name: its own from the file, and a small built-in English set for those the file
 * leaves out. Parsed once, when first asked for.
 */
export function createLexicon(synonyms: Readonly<Record<string, readonly string[]>>): Lexicon {
  const parsed = new Map<string, readonly Pattern[]>();
  return (concept) => {
    const known = parsed.get(concept);
    if (known) return known;
    const name = concept.toLowerCase();
    const own = Object.hasOwn(synonyms, name) ? synonyms[name] : undefined;
    const bare = name.slice(1);
    const word = Object.hasOwn(synonyms, bare) ? [bare, ...(synonyms[bare] ?? [])] : undefined;
    const builtIn = Object.hasOwn(CONCEPTS, bare) ? CONCEPTS[bare]?.split(' | ') : undefined;
    const patterns = (own ?? word ?? builtIn ?? []).map(parsePattern);
    parsed.set(concept, patterns);
    return patterns;
  };
}
