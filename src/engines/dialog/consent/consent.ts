import { plainWords } from '../../../definition/words.js';
import { type Cue, type CueIndex, indexCues, type Phrase } from './cues.js';
import { ENGLISH } from './english.js';
import { OTHER_LANGUAGES } from './other-languages.js';
import { BOUNDARY, corrected, tokensOf } from './tokens.js';

/**
 * What an answer says to a question of yes or no. `UNCLEAR`: a doubt, a condition, a question about the question, or both
 * yes and no; null: it says nothing about it.
 */
export type Consent = 'yes' | 'no' | 'UNCLEAR' | null;

/** Tokens of an answer beyond which a no in it may belong to something else. */
const MAX_TOKENS = 14;

/**
 * Reads consent. A yes is only a yes when all of the answer is: words that are neither known nor in the question
 * (`asked`) may be a wish of their own. A wrong yes does what nobody asked for; a wrong doubt only asks again.
 */
export function consentOf(text: string, language: string, asked = ''): Consent {
  const index = indexOf(language);
  const tokens = tokensOf(text).map((token) => corrected(token, index.known));
  const words = tokens.filter((token) => token !== BOUNDARY && index.phrases.get(token)?.at(-1)?.cue !== 'filler');
  if (words.length === 1 && words[0] === 'n') return 'no';
  return read(itemsOf(tokens, index), index, wordsOf(asked));
}

/** The words of a question that an answer may repeat; none where it names two things to choose from. */
function wordsOf(asked: string): ReadonlySet<string> {
  const words = plainWords(asked.replace(/\{\{[\s\S]*?\}\}/g, ' '));
  return new Set(words.includes('or') ? [] : words);
}

const indexes = new Map<string, CueIndex>();

/** English is known beside every language: people answer "ok" and "no" anywhere. */
function indexOf(language: string): CueIndex {
  const code = language.slice(0, 2).toLowerCase();
  const name = Object.hasOwn(OTHER_LANGUAGES, code) ? code : 'en';
  const known = indexes.get(name);
  if (known) return known;
  const other = OTHER_LANGUAGES[name];
  const made = indexCues(other ? [ENGLISH, other] : [ENGLISH], tokensOf);
  indexes.set(name, made);
  return made;
}

interface Item {
  cue: Cue | 'boundary' | 'asked' | 'other';
  text: string;
}

/** Cuts the tokens into the longest known phrases. */
function itemsOf(tokens: readonly string[], { phrases }: CueIndex): Item[] {
  const items: Item[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at] ?? '';
    const phrase = phrases.get(token)?.find((one) => stands(one, tokens, at));
    if (token === BOUNDARY) items.push({ cue: 'boundary', text: token });
    else if (token === '?') items.push({ cue: 'asking', text: token });
    else if (phrase) items.push({ cue: phrase.cue, text: phrase.tokens.join(' ') });
    else items.push({ cue: 'other', text: token });
    at += phrase?.tokens.length ?? 1;
  }
  return items;
}

/** Whether a phrase stands at a place: "I do" does not in "I do not". */
function stands({ tokens: wanted, cue }: Phrase, tokens: readonly string[], at: number): boolean {
  if (!wanted.every((word, offset) => tokens[at + offset] === word)) return false;
  const affirms = cue === 'yes' || cue === 'bare';
  return !affirms || tokens[at + wanted.length] !== 'not' || !AUXILIARIES.has(wanted.at(-1) ?? '');
}

const AUXILIARIES = new Set('do does did can could will would am is are may should have has'.split(' '));

function read(found: readonly Item[], index: CueIndex, asked: ReadonlySet<string>): Consent {
  const repeated = found.map((item): Item => (isAsked(item, asked) ? { ...item, cue: 'asked' } : item));
  const items = repeated.map((item, at): Item => (isOtherWish(repeated, at) ? { ...item, cue: 'filler' } : item));
  const replaced = afterCorrection(items);
  if (replaced) return read(replaced, index, asked) ?? 'UNCLEAR';
  const said = items.filter(({ cue }) => !SILENT.has(cue));
  if (said.length === 0) return null;
  if (isQuestion(items)) return said.some(({ cue }) => SPEAKS.has(cue)) ? 'UNCLEAR' : null;
  const contrast = said.findLastIndex(({ cue }) => cue === 'contrast');
  if (contrast !== -1) {
    const at = items.indexOf(said[contrast] as Item); // found above
    const refused = read(items.slice(at + 1), index, asked) === 'no' && !AFFIRM.has(said[0]?.cue ?? 'other');
    return refused ? 'no' : 'UNCLEAR';
  }
  return judge(items, index, items.length);
}

const AFFIRM: ReadonlySet<Item['cue']> = new Set<Item['cue']>(['yes', 'adverb', 'agreeable', 'bare']);
/** Cues that say nothing by themselves. */
const SILENT: ReadonlySet<Item['cue']> = new Set<Item['cue']>(['filler', 'boundary', 'aside', 'asked']);
/** Cues of someone who answers, if not clearly. */
const SPEAKS: ReadonlySet<Item['cue']> = new Set<Item['cue']>([
  'yes',
  'adverb',
  'agreeable',
  'no',
  'doubt',
  'condition',
  'correction',
  'hesitation',
]);

/** Repeats of the question's own words, unless they are an answer of their own. */
function isAsked({ cue, text }: Item, asked: ReadonlySet<string>): boolean {
  if (cue !== 'other' && cue !== 'away') return false;
  return asked.has(text.split(' ')[0] ?? '');
}

/** Whether "I want to" wishes for something else than what was asked: "no, I want to keep it". */
function isOtherWish(items: readonly Item[], at: number): boolean {
  const { cue, text } = items[at] ?? { cue: 'other', text: '' };
  if (cue !== 'yes' || !text.endsWith(' to')) return false;
  const next = items.slice(at + 1).find((item) => item.cue !== 'filler')?.cue;
  return next === 'other' || next === 'away' || next === 'no' || next === 'negator';
}

/** What stands after the last correction, when that says something. */
function afterCorrection(items: readonly Item[]): Item[] | null {
  for (let at = items.length - 1; at >= 0; at -= 1) {
    const { cue } = items[at] ?? { cue: 'other' };
    if (cue !== 'correction' && cue !== 'aside') continue;
    const rest = items.slice(at + 1);
    if (rest.some((item) => !SILENT.has(item.cue))) return rest;
  }
  return null;
}

function isQuestion(items: readonly Item[]): boolean {
  let clauseBegins = true;
  let asks = false;
  for (const { cue } of items) {
    if (cue === 'boundary') clauseBegins = true;
    else if (cue === 'asking' || (cue === 'question' && clauseBegins)) asks = true;
    else if (cue !== 'filler' && cue !== 'yes' && cue !== 'hesitation' && cue !== 'aside') clauseBegins = false;
  }
  // "Why not?" is an answer.
  return asks && !isAgreeable(items);
}

const isAgreeable = (items: readonly Item[]): boolean =>
  items.some(({ cue }) => cue === 'agreeable') &&
  items.every(({ cue, text }) => AFFIRM.has(cue) || cue === 'boundary' || POLITE.has(text));

/** What may stand beside "why not?", which asks nothing. */
const POLITE = new Set(['?', 'then', 'please', 'oh', 'well', 'and', 'thanks']);

/** A correction that after a no says why: "no, I changed my mind". */
const REASON = /changed my mind$/;

interface Tally {
  yes: number;
  no: number;
  bare: number;
  doubt: boolean;
  other: number;
  pause: boolean;
}

function judge(items: readonly Item[], index: CueIndex, length: number): Consent {
  const tally: Tally = { yes: 0, no: 0, bare: 0, doubt: false, other: 0, pause: false };
  // Whether the last thing said is an adverb, which a negation right after it takes back.
  let adverb = false;
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at] ?? { cue: 'other', text: '' };
    if (item.cue === 'negator') {
      const negated = negatedBy(items, at, index);
      if (negated.says === 'no') tally.no += 1;
      else tally.doubt = true;
      at = negated.end;
    } else if (item.cue === 'no' || item.cue === 'away') tally.no += 1;
    else if (item.cue === 'yes' || item.cue === 'agreeable' || item.cue === 'adverb') tally.yes += 1;
    else if (item.cue === 'bare') tally.bare += 1;
    else if (item.cue === 'hesitation') tally.pause = true;
    else if (item.cue === 'other' || item.cue === 'question') tally.other += 1;
    else if (item.cue === 'correction' && tally.no > 0 && REASON.test(item.text)) continue;
    else if (item.cue === 'doubt' || item.cue === 'condition' || item.cue === 'correction') tally.doubt = true;
    if (adverb && (item.cue === 'negator' || item.cue === 'no')) tally.yes -= 1;
    adverb = item.cue === 'adverb' || (adverb && item.cue === 'filler');
  }
  return verdict(tally, length);
}

function verdict({ yes, no, bare, doubt, other, pause }: Tally, length: number): Consent {
  if (doubt) return 'UNCLEAR';
  if (yes > 0 && no > 0) return 'UNCLEAR';
  if (no > 0) return length <= MAX_TOKENS ? 'no' : 'UNCLEAR';
  if (pause) return 'UNCLEAR';
  if (yes > 0) return other === 0 ? 'yes' : 'UNCLEAR';
  return bare > 0 && other === 0 ? 'yes' : null;
}

/** What a negation does: "not right" is a no, "not sure" a doubt, "not wrong" nothing clear, "not that one" a no. */
function negatedBy(items: readonly Item[], from: number, index: CueIndex): { says: 'no' | 'doubt'; end: number } {
  for (let at = from + 1; at < items.length; at += 1) {
    const { cue, text } = items[at] ?? { cue: 'other', text: '' };
    if (cue === 'boundary') break;
    if (index.sure.has(text)) return { says: 'doubt', end: at };
    if (cue === 'yes' || cue === 'adverb' || cue === 'bare') return { says: 'no', end: at };
    if (cue === 'doubt' || cue === 'no' || cue === 'away' || cue === 'condition' || cue === 'negator')
      return { says: 'doubt', end: at };
    if (cue !== 'filler' && cue !== 'asked') break;
  }
  return { says: 'no', end: from };
}
