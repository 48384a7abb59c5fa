import { beginningOf, type Utterance } from '../../../definition/words.js';
import { type Lexicon, matchPattern, type Pattern, type PatternMatch, parsePattern } from './pattern.js';

/** Matches one pattern against utterances. */
export type PatternMatcher = (said: Utterance) => PatternMatch | null;

/**
 * Bots have dozens of patterns and an utterance matches few: one whose words do not even begin as words of the utterance
 * do is not walked.
 */
export function patternMatcher(source: string, lexicon: Lexicon): PatternMatcher {
  const pattern = parsePattern(source);
  const needed = neededBeginnings(pattern.items);
  const concepts = pattern.items.flatMap((item) => (item.type === 'concept' ? [item.name] : []));
  return (said) => {
    for (const beginnings of needed) if (!beginnings.some((one) => said.beginnings.has(one))) return null;
    for (const concept of concepts) if (!lexicon.mayBegin(concept, said.beginnings)) return null;
    return matchPattern(pattern, said.words, lexicon);
  };
}

type Item = Pattern['items'][number];

/** Groups of beginnings, of each of which an utterance must have one. What may be absent needs none; of concepts the lexicon knows. */
function neededBeginnings(items: readonly Item[]): string[][] {
  return items.flatMap((item): string[][] => {
    if (item.type === 'phrase') return neededBeginnings(item.items);
    if (item.type === 'word') return item.word === 'be' ? [] : [[beginningOf(item.word)]]; // "be" stands for "is"
    if (item.type !== 'choice' || item.optional) return [];
    const groups = item.of.map((one) => neededBeginnings([one])[0]);
    return groups.every((group) => group !== undefined) ? [groups.flat()] : [];
  });
}
