import type { Faq } from '../../../definition/program.js';
import { normalized, type Utterance } from '../../../definition/words.js';
import { isBareNumber } from './bare-values.js';
import { createRanker } from './ranker.js';

/** Below it a question counts as another one. */
const FAQ_THRESHOLD = 0.4;

export interface FaqHit {
  faq: Faq;
  /** In (0, 1]. */
  score: number;
}

export interface FaqMatcher {
  exact(said: Utterance): Faq | null;
  /** The nearest question, if any is near enough. */
  likely(said: Utterance): FaqHit | null;
  /** The nearest questions, best first, however far they are. */
  near(said: Utterance, most: number): Faq[];
}

export function createFaqMatcher(faqs: readonly Faq[]): FaqMatcher {
  const exact = new Map(faqs.flatMap((faq) => faq.questions.map((question) => [normalized(question), faq] as const)));
  const rank = createRanker(faqs.flatMap((faq, at) => faq.questions.map((text) => ({ label: String(at), text }))));
  return {
    exact: (said) => exact.get(said.normalized) ?? null,
    near: (said, most) =>
      rank(said)
        .slice(0, most)
        .flatMap(({ label }) => faqs[Number(label)] ?? []),
    likely: (said) => {
      if (faqs.length === 0 || isBareNumber(said.plain)) return null;
      const best = rank(said)[0];
      const faq = best ? faqs[Number(best.label)] : undefined;
      return best && faq && best.score >= FAQ_THRESHOLD ? { faq, score: best.score } : null;
    },
  };
}
