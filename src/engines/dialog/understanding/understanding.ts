import { openClassifier } from '../../../definition/classifier.js';
import type { Faq, Intent, Knowledge } from '../../../definition/program.js';
import { normalized, words } from '../../../definition/words.js';
import { createLexicon } from './lexicon.js';
import { nameMatcher } from './name-matcher.js';
import { type Lexicon, matchPattern, type Pattern, parsePattern } from './pattern.js';
import { createRanker, type Ranker } from './ranker.js';
import { createSmallTalkMatcher, type SmallTalkHit, type SmallTalkMatcher } from './small-talk.js';

/** Below it an utterance counts as not understood; chosen by measurement, see docs/understanding.md. */
export const INTENT_THRESHOLD = 0.3;
export const FAQ_THRESHOLD = 0.5;
/** Of an utterance that names the task in other words; below what training makes sure of. */
const NAMED_SCORE = 0.5;
/** Intents this close to each other are ambiguous: the user is asked. */
export const AMBIGUOUS_MARGIN = 0.04;

/** A hit is definite when the utterance is one of the training, or matches a pattern. */
export interface IntentHit {
  intent: Intent;
  score: number;
  definite: boolean;
}

export interface FaqHit {
  faq: Faq;
  score: number;
  definite: boolean;
}

/** What one language of a bot understands. Built once per bot version and language. */
export interface Understanding {
  lexicon: Lexicon;
  /** Tasks, best first. */
  intents(utterance: string): IntentHit[];
  /** Intents known inside one dialog only, by component id; null when none of them matches. */
  localIntent(utterance: string, componentIds: readonly string[]): IntentHit | null;
  faq(utterance: string): FaqHit | null;
  smallTalk(utterance: string, previousId: string | null): SmallTalkHit | null;
}

export function createUnderstanding(knowledge: Knowledge, language: string): Understanding {
  const lexicon = createLexicon(knowledge.synonyms);
  const known = knowledge.intents.map((intent) => toKnown(intent, knowledge.synonyms));
  const tasks = known.filter(({ intent }) => !intent.local);
  const local = known.filter(({ intent }) => intent.local);
  const once = <T>(make: () => T): (() => T) => {
    let made: { value: T } | null = null;
    return () => {
      made ??= { value: make() };
      return made.value;
    };
  };
  const { classifier } = knowledge;
  const rankTasks = once((): Ranker => (classifier ? openClassifier(classifier, language) : () => []));
  const rankLocal = once(() => intentRanker(local));
  const rankFaqs = once(() => faqRanker(knowledge.faqs));
  const smallTalk = once((): SmallTalkMatcher => createSmallTalkMatcher(knowledge.smallTalk, lexicon));
  const exactFaqs = once(
    () =>
      new Map(knowledge.faqs.flatMap((faq) => faq.questions.map((question) => [normalized(question), faq] as const))),
  );
  return {
    lexicon,
    intents: (utterance) => findIntents(utterance, tasks, rankTasks(), lexicon),
    localIntent: (utterance, componentIds) => {
      const wanted = local.filter(({ intent }) => componentIds.includes(intent.target));
      if (wanted.length === 0) return null;
      const hit = findIntents(utterance, wanted, rankLocal(), lexicon)[0];
      return hit && hit.score >= INTENT_THRESHOLD ? hit : null;
    },
    faq: (utterance) => findFaq(utterance, knowledge.faqs, exactFaqs(), rankFaqs()),
    smallTalk: (utterance, previousId) => smallTalk().match(utterance, previousId),
  };
}

interface KnownIntent {
  intent: Intent;
  exact: Set<string>;
  patterns: Pattern[];
  negative: Pattern[];
  /** Whether an utterance holds all that the intent's name is about. */
  named: (spoken: readonly string[]) => boolean;
}

function toKnown(intent: Intent, synonyms: Knowledge['synonyms']): KnownIntent {
  return {
    intent,
    exact: new Set(
      [intent.name, ...intent.sentences.map((sentence) => sentence.text)].map(normalized).filter((text) => text !== ''),
    ),
    patterns: intent.patterns.map(parsePattern),
    negative: intent.negativePatterns.map(parsePattern),
    named: nameMatcher(intent.name, synonyms),
  };
}

function findIntents(utterance: string, known: readonly KnownIntent[], rank: Ranker, lexicon: Lexicon): IntentHit[] {
  const text = normalized(utterance);
  if (text === '') return [];
  const spoken = words(utterance);
  const scores = new Map(rank(utterance).map(({ label, score }) => [label, score]));
  const hits = known.flatMap(({ intent, exact, patterns, negative, named }): IntentHit[] => {
    if (negative.some((pattern) => matchPattern(pattern, spoken, lexicon))) return [];
    if (exact.has(text)) return [{ intent, score: 1, definite: true }];
    if (patterns.some((pattern) => matchPattern(pattern, spoken, lexicon)))
      return [{ intent, score: 0.98, definite: true }];
    const score = Math.max(scores.get(intent.target) ?? 0, named(spoken) ? NAMED_SCORE : 0);
    return score > 0 ? [{ intent, score, definite: false }] : [];
  });
  return hits.sort((one, other) => other.score - one.score);
}

function findFaq(
  utterance: string,
  faqs: readonly Faq[],
  exact: ReadonlyMap<string, Faq>,
  rank: Ranker,
): FaqHit | null {
  const same = exact.get(normalized(utterance));
  if (same) return { faq: same, score: 1, definite: true };
  const best = rank(utterance)[0];
  const faq = best ? faqs[Number(best.label)] : undefined;
  return best && faq && best.score >= FAQ_THRESHOLD ? { faq, score: best.score, definite: false } : null;
}

function intentRanker(known: readonly KnownIntent[]): Ranker {
  return createRanker(
    known.flatMap(({ intent }) =>
      [intent.name, ...intent.sentences.map((sentence) => sentence.text)].map((text) => ({
        label: intent.target,
        text,
      })),
    ),
  );
}

function faqRanker(faqs: readonly Faq[]): Ranker {
  return createRanker(faqs.flatMap((faq, at) => faq.questions.map((text) => ({ label: String(at), text }))));
}
