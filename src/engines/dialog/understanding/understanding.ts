import { openClassifier } from '../../../definition/classifier.js';
import type { Faq, Intent, Knowledge } from '../../../definition/program.js';
import { normalized, spokenName, toUtterance, type Utterance } from '../../../definition/words.js';
import { once } from '../../../once.js';
import { inDigits, isBareNumber } from './bare-values.js';
import { createFaqMatcher, type FaqHit } from './faqs.js';
import { createLexicon } from './lexicon.js';
import { type NameMatcher, type Naming, nameMatcher } from './name-matcher.js';
import type { Lexicon } from './pattern.js';
import { type PatternMatcher, patternMatcher } from './pattern-matcher.js';
import { createRanker, type Ranker } from './ranker.js';
import { createSmallTalkMatcher, type SmallTalkHit } from './small-talk.js';

/** Score from 0 to 1 below which an utterance counts as not understood; measured, see docs/understanding.md. */
export const INTENT_THRESHOLD = 0.3;
/**
 * Score of an utterance that names the task, from MOST_NAMED with little training down to LEAST_NAMED with much. Training
 * sentences and patterns that match score higher.
 */
const MOST_NAMED = 0.96;
const LEAST_NAMED = 0.5;
/** Training sentences per task up to which a name scores MOST_NAMED, and what each further one takes from that. */
const LITTLE_TRAINING = 5;
const LESS_PER_SENTENCE = 0.07;
/** Taken from that score when the words of the name stand in another order. */
const OUT_OF_ORDER = 0.1;
/** Score of an utterance that matches a pattern. */
const PATTERN_SCORE = 0.98;
/** Score below which no intent inside a dialog is chosen: they are few, and have few sentences. */
const LOCAL_THRESHOLD = 0.5;

/** Score up to which a task is not even considered. */
const LEAST_LIKELY = 0.05;

export interface IntentHit {
  intent: Intent;
  /** In (0, 1]. */
  score: number;
}

/** The understanding of one language of a bot version. Its parts are built when first asked for, and kept. */
export interface Understanding {
  lexicon: Lexicon;
  /** The bot's own words and concepts, in lower case. */
  synonyms: Knowledge['synonyms'];
  /** The task that was trained with this very utterance, or has a pattern for it. */
  definiteIntent(said: Utterance): IntentHit | null;
  /** Tasks by how likely they are meant, best first. */
  likelyIntents(said: Utterance): IntentHit[];
  /** Intents known inside one dialog only, by component id; null when none of them matches. */
  localIntent(said: Utterance, componentIds: readonly string[]): IntentHit | null;
  exactFaq(said: Utterance): Faq | null;
  likelyFaq(said: Utterance): FaqHit | null;
  /** The questions nearest to an utterance, best first. */
  nearFaqs(said: Utterance, most: number): Faq[];
  smallTalk(said: Utterance, previousId: string | null): SmallTalkHit | null;
  /** Names of the traits ("urgent", "polite" …) whose phrases the utterance holds. */
  traits(text: string): string[];
}

export function createUnderstanding(knowledge: Knowledge, language: string): Understanding {
  const lexicon = createLexicon(knowledge.synonyms);
  const known = knowledge.intents.map((intent) => toKnown(intent, knowledge.synonyms, lexicon));
  const tasks = once(() => createIntentMatcher(known.filter(({ intent }) => !intent.local)));
  const classify = once(() => classifierOf(knowledge, language));
  const faqs = once(() => createFaqMatcher(knowledge.faqs));
  const smallTalk = once(() => createSmallTalkMatcher(knowledge.smallTalk, lexicon));
  /** By the component ids that the edges of a node ask for. */
  const locals = new Map<string, (said: Utterance) => IntentHit | null>();
  return {
    lexicon,
    synonyms: knowledge.synonyms,
    definiteIntent: (said) => tasks().definite(said),
    likelyIntents: (said) => tasks().likely(said, classify()(said)),
    localIntent: (said, componentIds) => {
      const key = componentIds.join('\n');
      const match = locals.get(key) ?? localMatcher(known, componentIds);
      locals.set(key, match);
      return match(said);
    },
    exactFaq: (said) => faqs().exact(said),
    likelyFaq: (said) => faqs().likely(said),
    nearFaqs: (said, most) => faqs().near(said, most),
    smallTalk: (said, previousId) => smallTalk().match(said, previousId),
    traits: (text) => traitsIn(knowledge.traits, text),
  };
}

function localMatcher(
  known: readonly KnownIntent[],
  componentIds: readonly string[],
): (said: Utterance) => IntentHit | null {
  const wanted = known.filter(({ intent }) => intent.local && componentIds.includes(intent.target));
  const matcher = createIntentMatcher(wanted);
  const rank = createRanker(wanted.flatMap(({ intent }) => examplesOf(intent)));
  return (said) =>
    matcher.definite(said) ??
    matcher.likely(
      said,
      rank(said).filter(({ score }) => score >= LOCAL_THRESHOLD),
    )[0] ??
    null;
}

/** Bots with hundreds of tasks have no classifier: there the nearest training sentence counts. */
function classifierOf(knowledge: Knowledge, language: string): Ranker {
  if (knowledge.classifier) return openClassifier(knowledge.classifier, language);
  const tasks = knowledge.intents.filter((intent) => !intent.local);
  return createRanker(tasks.flatMap(examplesOf));
}

function examplesOf({ target, name, sentences }: Intent): { label: string; text: string }[] {
  return [spokenName(name), ...sentences.map(({ text }) => text)].map((text) => ({ label: target, text }));
}

interface KnownIntent {
  intent: Intent;
  /** Its training sentences and its names, normalised. */
  trained: string[];
  names: string[];
  patterns: PatternMatcher[];
  negative: PatternMatcher[];
  /** Whether an utterance holds all that the intent's name is about; null: its name says too little. */
  named: NameMatcher | null;
  /** The numbers in its name, which tell it from other tasks. */
  numbers: string[];
}

function toKnown(intent: Intent, synonyms: Knowledge['synonyms'], lexicon: Lexicon): KnownIntent {
  return {
    intent,
    trained: intent.sentences.map(({ text }) => normalized(text)),
    names: [intent.name, spokenName(intent.name)].map(normalized),
    patterns: intent.patterns.map((pattern) => patternMatcher(pattern, lexicon)),
    negative: intent.negativePatterns.map((pattern) => patternMatcher(pattern, lexicon)),
    named: nameMatcher(intent.name, synonyms),
    numbers: numbersIn(inDigits(normalized(spokenName(intent.name)).split(' '))),
  };
}

function createIntentMatcher(known: readonly KnownIntent[]) {
  const exact = new Map<string, Intent>();
  // What two tasks were trained with belongs to the first, and a name counts for less than training.
  for (const texts of ['trained', 'names'] as const)
    for (const one of known)
      for (const text of one[texts]) if (text !== '' && !exact.has(text)) exact.set(text, one.intent);
  for (const [text, intent] of [...exact]) {
    const digits = inDigits(text.split(' ')).join(' ');
    if (!exact.has(digits)) exact.set(digits, intent);
  }
  const numbered = byNumbered(known);
  const nameScore = scoreOfNames(known);
  const namings = namingsOf(known);
  const patterned = known.filter(({ patterns }) => patterns.length > 0);
  const byTarget = new Map(known.map((one) => [one.intent.target, one]));
  const matches = (patterns: readonly PatternMatcher[], said: Utterance): boolean =>
    patterns.some((match) => match(said) !== null);
  const refused = ({ negative }: KnownIntent, said: Utterance): boolean => matches(negative, said);

  return {
    definite(said: Utterance): IntentHit | null {
      const same =
        exact.get(said.normalized) ??
        exact.get(inDigits(said.plain).join(' ')) ??
        numbered.get(withoutNumbers(said.normalized));
      if (same) return { intent: same, score: 1 };
      const found = patterned.find((one) => matches(one.patterns, said) && !refused(one, said));
      return found ? { intent: found.intent, score: PATTERN_SCORE } : null;
    },
    likely(said: Utterance, ranked: readonly { label: string; score: number }[]): IntentHit[] {
      // A number is a value of something that was asked, and names no task by itself.
      if (isBareNumber(said.plain)) return [];
      const scores = new Map<string, number>();
      for (const { label, score } of ranked) scores.set(label, score);
      for (const [target, naming] of namings(said.stems)) {
        const score = nameScore - (naming === 'IN_ORDER' ? 0 : OUT_OF_ORDER);
        scores.set(target, Math.max(scores.get(target) ?? 0, score));
      }
      const numbers = numbersSaid(said);
      const hits: IntentHit[] = [];
      for (const [target, score] of scores) {
        const one = byTarget.get(target);
        if (!one || score <= LEAST_LIKELY || refused(one, said) || isOtherNumber(one.numbers, numbers)) continue;
        hits.push({ intent: one.intent, score });
      }
      return hits.sort((one, other) => other.score - one.score);
    },
  };
}

/** Finds the tasks that stems name, by the first word of their names: bots have hundreds, and an utterance names few. */
function namingsOf(known: readonly KnownIntent[]): (stems: readonly string[]) => Map<string, Naming> {
  const byFirst = new Map<string, KnownIntent[]>();
  for (const one of known)
    for (const stem of one.named?.firsts ?? []) {
      const others = byFirst.get(stem);
      if (others) others.push(one);
      else byFirst.set(stem, [one]);
    }
  return (stems) => {
    const perhaps = new Set(stems.flatMap((stem) => byFirst.get(stem) ?? []));
    const found = new Map<string, Naming>();
    // In the order of the tasks, which decides where scores do not.
    for (const one of perhaps.size > 1 ? known.filter((each) => perhaps.has(each)) : perhaps) {
      const naming = one.named?.match(stems) ?? null;
      if (naming !== null) found.set(one.intent.target, naming);
    }
    return found;
  };
}

/** Training sentences with a number in them, by the words around it: "cancel order 7" trains "cancel order 12", too. */
function byNumbered(known: readonly KnownIntent[]): Map<string, Intent | null> {
  const numbered = new Map<string, Intent | null>();
  for (const { intent, trained } of known) {
    for (const text of trained) {
      if (!/\d/.test(text) || isBareNumber(text.split(' '))) continue;
      const words = withoutNumbers(text);
      const other = numbered.get(words);
      // Where the number alone tells two tasks apart, it is no matter of words.
      numbered.set(words, other === undefined || other === intent ? intent : null);
    }
  }
  return numbered;
}

const numbersIn = (words: readonly string[]): string[] => words.filter((word) => /\d/.test(word));

/** The numbers that an utterance names. "One" is often none. */
const numbersSaid = ({ plain }: Utterance): string[] => numbersIn(inDigits(plain.filter((word) => word !== 'one')));

/** Whether an utterance names a number, and none that is in the name of the task: "option 3" is not "Option 1". */
const isOtherNumber = (numbers: readonly string[], said: readonly string[]): boolean =>
  numbers.length > 0 && said.length > 0 && !said.some((word) => numbers.includes(word));

const withoutNumbers = (text: string): string => (/\d/.test(text) ? text.replace(/\S*\d\S*/g, '0') : text);

/** The less tasks were trained, the more an utterance that names one of them means it. */
function scoreOfNames(known: readonly KnownIntent[]): number {
  const trained = known.filter(({ intent }) => intent.sentences.length > 0);
  const sentences = trained.reduce((total, { intent }) => total + intent.sentences.length, 0);
  const perTask = sentences / Math.max(1, trained.length);
  return Math.min(MOST_NAMED, Math.max(LEAST_NAMED, MOST_NAMED - LESS_PER_SENTENCE * (perTask - LITTLE_TRAINING)));
}

function traitsIn(traits: Knowledge['traits'], said: string): string[] {
  if (traits.length === 0) return [];
  const text = ` ${toUtterance(said).normalized} `;
  const held = traits.filter(({ sentences }) =>
    sentences.some((sentence) => text.includes(` ${normalized(sentence)} `)),
  );
  return held.map(({ name }) => name);
}
