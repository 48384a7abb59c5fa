import type { KeptTurn } from '../turn/turn-record.js';
import { compare, firstDifference, type Verdict } from './compare.js';
import { effects } from './effects.js';
import { type Choices, type RecordedTurn, type ReplayDeps, type ReplayedTurn, replay } from './replay.js';

/** Times one turn is run to find the content that was said among those given at random; beyond, it counts as different. */
const MAX_RUNS = 24;

/** A turn as it was and as it would be. */
export interface CheckedTurn {
  verdict: Verdict;
  is: ReplayedTurn;
}

/** Runs a recorded turn with a candidate, from a session, and compares the two. */
export async function checkTurn(
  deps: ReplayDeps,
  turn: RecordedTurn,
  session: KeptTurn['session'] = turn.record.session,
): Promise<CheckedTurn> {
  const is = await asItWasSaid(deps, turn, session);
  return { verdict: compare(turn.record, is, session.state), is };
}

/** What was said may be one of several contents that the candidate would choose from: it says the one that was said then. */
export async function asItWasSaid(
  deps: ReplayDeps,
  turn: RecordedTurn,
  session: KeptTurn['session'],
): Promise<ReplayedTurn> {
  let choices: Choices = new Map();
  let best = await replay(deps, turn, session, choices);
  let runs = 1;
  for (;;) {
    const differing = firstDifference(turn.record, best)?.is ?? -1;
    const variants = best.said[differing]?.variants ?? 1;
    const saying = best.sayings[differing];
    if (variants === 1 || saying === undefined || choices.has(saying)) return best;
    const before = best;
    for (let variant = 0; variant < variants && best === before; variant += 1) {
      if (runs === MAX_RUNS) return best;
      runs += 1;
      const tried = new Map(choices).set(saying, (variant + 0.5) / variants);
      const is = await replay(deps, turn, session, tried);
      if ((firstDifference(turn.record, is)?.is ?? Number.POSITIVE_INFINITY) <= differing) continue;
      choices = tried;
      best = is;
    }
    if (best === before) return best;
  }
}

/** Both sides as people look at them. */
export const sidesOf = (was: KeptTurn, is: ReplayedTurn, before: string = was.session.state) => ({
  was: sideOf(was, effects(was.session.state, was.end.session)),
  is: sideOf(is, effects(before, is.end.session)),
  trace: is.trace,
});

const sideOf = ({ said, path, end }: Pick<KeptTurn, 'said' | 'path' | 'end'>, changes: string[]) => ({
  said: said.map(({ key, after, replies }) => ({ message: key, node: path[after - 1] ?? null, replies })),
  endOfTask: end.endOfTask,
  agentTransfer: end.agentTransfer,
  closeSession: end.closeSession,
  failure: end.failure,
  sessionChanges: changes,
});
