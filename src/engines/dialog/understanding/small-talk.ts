import type { SmallTalk } from '../../../definition/program.js';
import type { Utterance } from '../../../definition/words.js';
import { type Lexicon, matchPattern, type Pattern, parsePattern } from './pattern.js';

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
  const compiled: { node: SmallTalk; patterns: Pattern[] }[] = nodes.map((node) => ({
    node,
    patterns: node.patterns.map(parsePattern),
  }));
  return {
    match({ words: found }, previousId) {
      if (found.length === 0) return null;
      let best: SmallTalkHit | null = null;
      for (const { node, patterns } of compiled) {
        if (node.parentId !== '' && node.parentId !== previousId) continue;
        for (const pattern of patterns) {
          const hit = matchPattern(pattern, found, lexicon);
          if (!hit) continue;
          const coverage = hit.matched / found.length + (node.parentId === '' ? 0 : 1);
          if (!best || coverage > best.coverage) best = { id: node.id, messageKey: node.messageKey, coverage };
        }
      }
      return best;
    },
  };
}
