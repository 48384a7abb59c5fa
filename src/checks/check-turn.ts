import type { KeptTurn } from '../turn/turn-record.js';
import { compare, type Verdict } from './compare.js';
import { effects } from './effects.js';
import { type Choices, type RecordedTurn, type ReplayDeps, type ReplayedTurn, replay } from './replay.js';
import { differencesInWords } from './words.js';

/** Runs of one turn in search of the content that was said, where several are given at random; beyond, the turn counts as different. */
const MAX_RUNS = 24;

/** A turn as it was and as it would be. */
export interface CheckedTurn {
  verdict: Verdict;
  is: ReplayedTurn;
}

const NONE: ReadonlySet<string> = new Set();

/** Runs a recorded turn with a candidate, from a session, and compares the two. `accepted`: kinds of differences that are wanted. */
export async function checkTurn(
  deps: ReplayDeps,
  turn: RecordedTurn,
  session: KeptTurn['session'] = turn.record.session,
  accepted = NONE,
): Promise<CheckedTurn> {
  const is = await asItWasSaid(deps, turn, session);
  return { verdict: compare(turn.record, is, { before: session.state, channelId: turn.channelId, accepted }), is };
}

/** Runs a turn until the candidate chooses, among contents given at random, the one that was said. */
export async function asItWasSaid(
  deps: ReplayDeps,
  turn: RecordedTurn,
  session: KeptTurn['session'],
): Promise<ReplayedTurn> {
  let choices: Choices = new Map();
  let best = await replay(deps, turn, session, choices);
  let runs = 1;
  const tried = new Set<number>();
  for (;;) {
    const next = differing(turn, best).find((at) => isOpen(best, at, tried));
    const saying = next === undefined ? undefined : best.sayings[next];
    if (next === undefined || saying === undefined) return best;
    tried.add(saying);
    const variants = best.said[next]?.variants ?? 1;
    const upTo = (is: ReplayedTurn) => differing(turn, is).filter((at) => at <= next).length;
    const before = upTo(best);
    for (let variant = 0; variant < variants; variant += 1) {
      if (runs === MAX_RUNS) return best;
      runs += 1;
      const other = new Map(choices).set(saying, (variant + 0.5) / variants);
      const is = await replay(deps, turn, session, other);
      if (upTo(is) >= before) continue;
      choices = other;
      best = is;
      break;
    }
  }
}

/** The numbers of the candidate's messages at which something else is said. */
const differing = ({ record }: RecordedTurn, is: ReplayedTurn): number[] =>
  differencesInWords(record, is).map(({ at }) => at);

const isOpen = ({ said, sayings }: ReplayedTurn, at: number, tried: ReadonlySet<number>): boolean =>
  (said[at]?.variants ?? 1) > 1 && !tried.has(sayings[at] ?? -1);

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
