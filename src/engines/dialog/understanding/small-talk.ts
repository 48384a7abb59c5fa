import type { SmallTalk } from '../../../definition/program.js';
import type { Utterance } from '../../../definition/words.js';
import type { Lexicon } from './pattern.js';
import { patternMatcher } from './pattern-matcher.js';

export interface SmallTalkHit {
  id: string;
  messageKey: string;
  /** The share of the utterance's words that the pattern accounts for, in (0, 1]. */
  coverage: number;
}

export interface SmallTalkMatcher {
  /** `previousId`: the node that answered last, whose second turn may follow. */
  match(said: Utterance, previousId: string | null): SmallTalkHit | null;
}

export function createSmallTalkMatcher(nodes: readonly SmallTalk[], lexicon: Lexicon): SmallTalkMatcher {
  const compiled = nodes.map((node) => ({
    node,
    matchers: node.patterns.map((pattern) => patternMatcher(pattern, lexicon)),
  }));
  return {
    match(said, previousId) {
      if (said.words.length === 0) return null;
      let best: SmallTalkHit | null = null;
      for (const { node, matchers } of compiled) {
        if (node.parentId !== '' && node.parentId !== previousId) continue;
        for (const match of matchers) {
          const hit = match(said);
          if (!hit) continue;
          const coverage = hit.matched / said.words.length + (node.parentId === '' ? 0 : 1);
          if (!best || coverage > best.coverage) best = { id: node.id, messageKey: node.messageKey, coverage };
        }
      }
      return best;
    },
  };
}
