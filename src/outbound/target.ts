import { LRUCache } from 'lru-cache';
import { judgeUrl, type OutboundPolicy } from './guard.js';
import { OutboundError } from './outbound-error.js';

export interface Target {
  origin: string;
  path: string;
}

/**
 * Judges URLs at each send. A verdict depends on the text and the policy alone, so the last ones are remembered:
 * parsing costs a sixth of the whole call. Throws OutboundError BAD_URL or BLOCKED_ADDRESS.
 */
export function createTargets(policy: OutboundPolicy): (url: string) => Target {
  const known = new LRUCache<string, Target>({ max: REMEMBERED });
  return (text) => {
    const remembered = known.get(text);
    if (remembered) return remembered;
    const verdict = judgeUrl(text, policy);
    if ('refused' in verdict) throw new OutboundError(verdict.refused, verdict.message);
    const { origin, pathname, search } = verdict.url;
    const target = { origin, path: pathname + search };
    known.set(text, target);
    return target;
  };
}

/** Cached verdicts; beyond the limit the least recently used is evicted. */
const REMEMBERED = 1000;
