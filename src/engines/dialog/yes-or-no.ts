import { own } from '../../definition/json.js';
import type { ConfirmationNode } from '../../definition/program.js';
import { normalized, words } from '../../definition/words.js';
import { type Consent, consentOf } from './consent/consent.js';
import { messageContents, type Run } from './run.js';
import { type Lexicon, matchPattern, parsePattern } from './understanding/pattern.js';

/** Words of an answer that the bot's own lists of yes and no are compared with. */
const MAX_WORDS = 8;
/** What authors add to yes and no for a whole bot, and the lists that every bot file holds. */
const ADDED = { yes: parsePattern('< ~confirmation_yes >'), no: parsePattern('< ~confirmation_no >') };
const LISTED = { yes: parsePattern('< ~yes >'), no: parsePattern('< ~no >') };

/** An answer in the author's own words: the node's, then the bot's. They come before whatever else it may be. */
export function authorsAnswer(run: Run, node: ConfirmationNode, text: string): 'yes' | 'no' | null {
  const synonyms = own(node.synonyms, run.turn.language) ?? own(node.synonyms, run.program.defaultLanguage);
  const said = normalized(text);
  const names = (list: readonly string[] | undefined): boolean =>
    said !== '' && (list ?? []).some((word) => normalized(word.replace(/^"|"$/g, '')) === said);
  if (names(synonyms?.yes)) return 'yes';
  if (names(synonyms?.no)) return 'no';
  return within(ADDED, text, run.understanding.lexicon);
}

/** What an answer says about yes and no, whoever asks; `asked`: the words of the question, which it may repeat. */
export function yesOrNo(run: Run, text: string, asked = ''): Consent {
  return consentOf(text, run.turn.language, asked) ?? within(LISTED, text, run.understanding.lexicon);
}

/** The texts of a confirmation. */
export function questionOf(run: Run, node: ConfirmationNode): string {
  const contents = messageContents(run, node.messageKey) ?? [];
  return contents.map(({ value }) => value).join(' ');
}

/** The list that holds the whole answer. */
function within({ yes, no }: typeof LISTED, text: string, lexicon: Lexicon): 'yes' | 'no' | null {
  const spoken = words(text);
  if (spoken.length > MAX_WORDS || spoken.includes('?')) return null;
  if (matchPattern(no, spoken, lexicon)) return 'no';
  return matchPattern(yes, spoken, lexicon) ? 'yes' : null;
}
