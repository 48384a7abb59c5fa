import type { OpenBot } from '../bots/bots.js';
import { type Assignment, assignmentOf } from '../domain/canaries/assignment.js';
import type { Route } from '../routing/routes.js';
import { isInfrastructure } from '../store/database/failures.js';
import type { CanaryTurn } from '../store/tables/canary-counts.js';
import type { SessionRow } from '../store/tables/sessions.js';
import type { Step } from './step.js';
import type { TurnDeps, TurnJob } from './turn-job.js';

/** A version opened, or why it cannot be. */
interface OpenVersion {
  opened: OpenBot | null;
  failure: unknown;
}

/** The versions that may answer a turn. Which one does follows from the session. */
export interface Serving {
  versionFor(session: Pick<SessionRow, 'startedAt'>): OpenVersion;
  /** Whether one of them changes things outside of the session without a pause before. */
  runsOnce: boolean;
  /** What the turn adds to the canary that its conversation is part of. */
  canaryTurn(session: Pick<SessionRow, 'startedAt'>, step: Step, responseTimeMs: number): CanaryTurn | undefined;
}

/** Opens the live version, and the candidate where a canary runs. Throws the trouble of this server. */
export async function openServing(deps: TurnDeps, job: TurnJob): Promise<Serving> {
  const { conversationId, route } = job;
  const { canary } = route;
  if (!canary) {
    const live = await openVersion(deps, route.versionId);
    return { versionFor: () => live, runsOnce: live.opened?.program.runsOnce === true, canaryTurn: () => undefined };
  }
  const began = deps.clock.monotonicNow();
  const live = await openVersion(deps, canary.baselineId);
  const candidate = await openVersion(deps, canary.candidateId);
  const openingMs = deps.clock.monotonicNow() - began; // a version that is new in this process is not slow for that
  const assigned = ({ startedAt }: Pick<SessionRow, 'startedAt'>): Assignment | null =>
    assignmentOf(canary, conversationId, startedAt);
  return {
    versionFor: (session) => (assigned(session)?.side === 'CANDIDATE' ? candidate : live),
    runsOnce: [live, candidate].some(({ opened }) => opened?.program.runsOnce === true),
    canaryTurn(session, { outcome, failure, unidentified }, totalMs) {
      const assignment = assigned(session);
      if (!assignment) return undefined;
      const { endOfTask } = outcome;
      const responseTimeMs = Math.max(0, Math.round(totalMs - openingMs));
      return {
        canaryId: canary.id,
        channelId: route.channelId,
        conversationId,
        side: assignment.side,
        share: Math.round(assignment.share * 10_000),
        at: deps.clock.now(),
        failed: failure !== null,
        unidentified,
        slow: canary.slowOverMs !== null && responseTimeMs > canary.slowOverMs,
        ended: endOfTask === null ? null : endOfTask.reason === 'Fulfilled' ? 'FULFILLED' : 'OTHERWISE',
        responseTimeMs,
      };
    },
  };
}

/** The version that answers in a session; the live one where there is none. */
export function versionServing(
  { canary, versionId }: Pick<Route, 'canary' | 'versionId'>,
  conversationId: string,
  session: Pick<SessionRow, 'startedAt'> | null | undefined,
): string | null {
  if (!canary || !session) return versionId;
  const side = assignmentOf(canary, conversationId, session.startedAt)?.side;
  return side === 'CANDIDATE' ? canary.candidateId : versionId;
}

async function openVersion(deps: TurnDeps, versionId: string | null): Promise<OpenVersion> {
  try {
    if (!versionId) throw new Error('the bot has no live version any more');
    return { opened: await deps.bots.open(versionId), failure: null };
  } catch (failure) {
    if (isInfrastructure(failure)) throw failure;
    return { opened: null, failure };
  }
}
