import { hash } from 'node:crypto';
import type { CanaryRecord, CanaryStep } from '../../store/tables/canaries.js';
import type { CanarySide } from '../../store/tables/canary-counts.js';
import { SECOND } from '../../time.js';

/** Milliseconds from a change of the share until sessions begin by it, so that every process has heard of it by then. */
export const HEARD_AFTER_MS = 2 * SECOND;

export interface Assignment {
  side: CanarySide;
  /** The share by which it was assigned. */
  share: number;
}

/**
 * The side of a conversation whose session began at a time; null for a session from before the canary, which stays with the
 * live version. It follows from these alone, so it is the same in every process and after every start. A larger share moves
 * nobody away from the candidate.
 */
export function assignmentOf(
  { id, steps }: Pick<CanaryRecord, 'id' | 'steps'>,
  conversationId: string,
  sessionStartedAt: number,
): Assignment | null {
  const step = stepAt(steps, sessionStartedAt);
  if (!step) return null;
  return { side: placeOf(id, conversationId) < step.share ? 'CANDIDATE' : 'BASELINE', share: step.share };
}

const stepAt = (steps: readonly CanaryStep[], at: number): CanaryStep | undefined =>
  steps.findLast((step) => step.at <= at);

/** The conversation's place in [0, 1), by chance and for good. */
export const placeOf = (canaryId: string, conversationId: string): number =>
  Number.parseInt(hash('sha256', `${canaryId} ${conversationId}`).slice(0, 12), 16) / 2 ** 48;
