import type { OpenBot } from '../bots/bots.js';
import type { Tape } from '../bots/tape.js';
import { rowId, traceId } from '../ids.js';
import type { LaneWriter } from '../lanes/held-lane.js';
import type { Route } from '../routing/routes.js';
import type { Unit } from '../store/commit/unit.js';
import type { SessionRow } from '../store/tables/sessions.js';
import type { TurnProgress } from '../store/tables/turns.js';
import type { TurnInput } from '../wire/message.js';
import { Acceptance } from './acceptance.js';
import { givenSession } from './given-session.js';
import { createTranscript } from './recording.js';
import { runTurn } from './turn.js';
import type { TurnDeps, TurnJob, TurnListener } from './turn-job.js';

export type RehearsalDeps = Pick<TurnDeps, 'bots' | 'scripts' | 'clock' | 'random' | 'events' | 'engineLimitMs'>;

export interface RehearsalOf {
  route: Route;
  input: TurnInput;
  conversationId: string;
  session: { row: SessionRow; isNew: boolean };
  /** What its questions to the outside go through. */
  tape: Tape;
}

/**
 * What a turn would come to, as it would be stored: it runs as any turn does, and nothing of it is written, sent or counted.
 */
export async function rehearse(deps: RehearsalDeps, of: RehearsalOf): Promise<TurnProgress> {
  const { route, conversationId, session, tape } = of;
  let last: TurnProgress | undefined;
  const keep = (unit: Unit) => {
    last = unit.progress ?? unit.turn ?? last;
  };
  const { detached: _, name: __, ...input } = of.input;
  const now = deps.clock.now();
  const job: TurnJob = {
    turnId: rowId('tn'),
    traceId: traceId(),
    conversationId,
    input: { ...input, mode: 'SYNC', newSession: false },
    receivedAt: now,
    arrivedAt: deps.clock.monotonicNow(),
    route: { ...route, mode: 'SYNC' },
    acceptance: new Acceptance(() => Promise.reject(new Error('a rehearsal is stored nowhere'))),
    resume: null,
    said: [],
  };
  const lane: LaneWriter = {
    epoch: () => null,
    commit: async (unit) => {
      keep(unit);
      return { status: 'committed' };
    },
    adopt() {},
  };
  const means: TurnDeps = {
    ...deps,
    rowForm: 'COMPACT',
    queue: {
      commit: async (unit: Unit) => {
        keep(unit);
        return { status: 'committed' };
      },
    } as TurnDeps['queue'],
    sessions: givenSession(session.row, session.isNew),
    record: (_job, _session, _bot: OpenBot) => ({
      ...createTranscript(Math.floor(deps.random() * 2 ** 32)),
      tape,
      ended: () => null,
    }),
    events: { ...deps.events, turnEnded() {} },
    cutOff: new AbortController().signal,
    dispatch() {},
  };
  await runTurn(means, job, lane, NOBODY);
  if (!last) throw new Error('a rehearsal came to nothing');
  return last;
}

const NOBODY: TurnListener = { paused() {}, absorbed() {} };
