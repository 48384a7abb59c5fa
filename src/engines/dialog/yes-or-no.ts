import { normalized, words } from '../../definition/words.js';
import { type Lexicon, matchPattern, parsePattern } from './understanding/pattern.js';

/** Words of an answer in which a yes or no is looked for; a longer answer is neither. */
const MAX_WORDS = 8;
const YES = parsePattern('~yes');
const NO = parsePattern('~no');

/** The node's own words first, then the concepts every bot has; "yes" and "no" in one answer is neither. */
export function yesOrNo(
  text: string,
  own: { yes: string[]; no: string[] } | undefined,
  lexicon: Lexicon,
): 'yes' | 'no' | null {
  const said = normalized(text);
  const named = (list: readonly string[] | undefined): boolean =>
    (list ?? []).some((word) => normalized(word.replace(/^"|"$/g, '')) === said);
  if (named(own?.yes)) return 'yes';
  if (named(own?.no)) return 'no';
  if (said === 'y' || said === 'yes' || said === 'true') return 'yes';
  if (said === 'n' || said === 'no' || said === 'false') return 'no';
  const spoken = words(text);
  if (spoken.length > MAX_WORDS) return null;
  const yes = matchPattern(YES, spoken, lexicon)?.matched ?? 0;
  const no = matchPattern(NO, spoken, lexicon)?.matched ?? 0;
  if (yes === no) return null;
  // "not sure": the longer of the two names the meaning; a no inside a yes outweighs it.
  return yes > no ? 'yes' : 'no';
}
