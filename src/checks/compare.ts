import { hash } from 'node:crypto';
import { stableJson } from '../stable-json.js';
import type { SaidMessage, Transcript } from '../turn/recording.js';
import type { KeptTurn } from '../turn/turn-record.js';
import { effects } from './effects.js';
import { newContent } from './new-content.js';
import type { ReplayedTurn } from './replay.js';
import { differencesInWords, type WordsDifference } from './words.js';

export type CheckOutcome = 'ALIKE' | 'ACCEPTED' | 'DIFFERENT' | 'FAILING' | 'UNKNOWN';

/** How a candidate's turn compares with the recorded one, and the node and message that tell. */
export interface Verdict {
  outcome: CheckOutcome;
  node: string | null;
  message: string | null;
  /** ACCEPTED: the kinds of all its differences. DIFFERENT: the kind of the one that tells. Else none. */
  kinds: string[];
}

/** The session and the accepted differences that a turn is compared with. */
export interface Grounds {
  /** The session the candidate began with. */
  before: string;
  channelId: string;
  /** Kinds of differences that are wanted. */
  accepted: ReadonlySet<string>;
}

/** One difference: where it is, and its kind, which names what is new there. */
interface Difference extends Pick<Verdict, 'node' | 'message'> {
  kind: string;
}

const ALIKE: Verdict = { outcome: 'ALIKE', node: null, message: null, kinds: [] };
const unknownAt = (node: string): Verdict => ({ outcome: 'UNKNOWN', node, message: null, kinds: [] });
const failingAt = (node: string): Verdict => ({ outcome: 'FAILING', node: node || null, message: null, kinds: [] });

export function compare(was: KeptTurn, is: ReplayedTurn, grounds: Grounds): Verdict {
  const verdict = verdictOf(was, is, grounds);
  // The masked value may have changed its path; the recording cannot tell.
  return was.kept === 'MASKED' && verdict.outcome !== 'ALIKE' ? { ...verdict, outcome: 'UNKNOWN', kinds: [] } : verdict;
}

function verdictOf(was: KeptTurn, is: ReplayedTurn, grounds: Grounds): Verdict {
  const { newQuestion } = is;
  if (newQuestion?.answered === 'NOT_AT_ALL') return unknownAt(newQuestion.node);
  if (is.end.failure !== null && was.end.failure === null) return failingAt(is.failedAt);
  const differences = differencesOf(was, is, grounds);
  const open = differences.find(({ kind }) => !grounds.accepted.has(kind));
  if (open) return { outcome: 'DIFFERENT', node: open.node, message: open.message, kinds: [open.kind] };
  if (newQuestion) return unknownAt(newQuestion.node);
  const [first] = differences;
  if (!first) return ALIKE;
  return { outcome: 'ACCEPTED', node: first.node, message: first.message, kinds: differences.map(({ kind }) => kind) };
}

/** All differences. Where words differ, the end of the turn and what it changes count as part of the first difference. */
function differencesOf(was: KeptTurn, is: ReplayedTurn, { before, channelId }: Grounds): Difference[] {
  const ends = stableJson(endOf(was)) === stableJson(endOf(is)) ? null : endOf(is);
  const changed = differenceInEffects(was, is, before);
  const consequences = [ends, changed && [changed.more, changed.less]];
  const difference = (place: Pick<Verdict, 'node' | 'message'>, ...news: unknown[]): Difference => ({
    ...place,
    kind: hash('sha256', stableJson([place.node, place.message, channelId, ...news])).slice(0, 24),
  });
  const parting = partingOf(was, is);
  const words = differencesInWords(was, is).map((words, index) => {
    const news = words.is.map((one, n) => newContent(one, is.saidFrom[words.at + n], words.was[n]));
    const left = words.was.map(({ key }) => key);
    return difference(placeOf(was, is, words), left, news, index === 0 && consequences);
  });
  if (words.length > 0) return words;
  if (ends) return [difference({ node: parting ?? is.path.at(-1) ?? null, message: null }, consequences)];
  return changed ? [difference({ node: changed.node, message: null }, consequences)] : [];
}

/** Compares a step of a test, which expects only what is said and how the task ends. */
export function compareSaid(was: KeptTurn, is: ReplayedTurn): Verdict {
  const verdict = verdictOnSaid(was, is);
  return was.kept === 'MASKED' && verdict.outcome !== 'ALIKE' ? { ...verdict, outcome: 'UNKNOWN' } : verdict;
}

function verdictOnSaid(was: KeptTurn, is: ReplayedTurn): Verdict {
  const { newQuestion } = is;
  if (newQuestion?.answered === 'NOT_AT_ALL') return unknownAt(newQuestion.node);
  const [said] = differencesInWords(was, is);
  const failed = is.end.failure !== null && was.end.failure === null;
  if (failed && (said || was.path.length > 0)) return failingAt(is.failedAt);
  if (said) return { outcome: 'DIFFERENT', ...placeOf(was, is, said), kinds: [] };
  if (stableJson(was.end.endOfTask) !== stableJson(is.end.endOfTask))
    return { outcome: 'DIFFERENT', node: is.path.at(-1) ?? null, message: null, kinds: [] };
  return newQuestion ? unknownAt(newQuestion.node) : ALIKE;
}

/** The node of a difference in words: where the two runs part, or the node that says them. */
function placeOf(was: Transcript, is: Transcript, { was: [gone], is: [come] }: WordsDifference) {
  const reached = Math.max(gone?.after ?? 0, come?.after ?? 0);
  const parting = common(was.path, is.path) < reached ? partingOf(was, is) : null;
  const own = gone ? nodeOf(was, gone) : come ? nodeOf(is, come) : null;
  return { node: parting ?? own, message: gone?.key ?? come?.key ?? null };
}

const nodeOf = ({ path }: Transcript, { after }: SaidMessage): string | null => path[after - 1] ?? null;

/** The last node that both entered before they went different ways; null: they went the same way. */
function partingOf(was: Transcript, is: Transcript): string | null {
  const length = common(was.path, is.path);
  return length === was.path.length && length === is.path.length ? null : (was.path[length - 1] ?? null);
}

function common(was: readonly string[], is: readonly string[]): number {
  const at = was.findIndex((node, index) => node !== is[index]);
  return at === -1 ? was.length : at;
}

function differenceInEffects(was: KeptTurn, is: ReplayedTurn, before: string) {
  if (before === was.session.state && is.end.session === was.end.session) return null;
  const had = effects(was.session.state, was.end.session);
  const has = effects(before, is.end.session);
  const more = has.filter((name) => !had.includes(name));
  const less = had.filter((name) => !has.includes(name));
  if (more.length + less.length === 0) return null;
  const nodes = [...more, ...less].flatMap((name) => is.changedAt.get(name) ?? []);
  return { node: nodes[0] ?? null, more, less };
}

const endOf = ({ end: { endOfTask, agentTransfer, closeSession, failure } }: Pick<KeptTurn, 'end'>) => ({
  endOfTask,
  agentTransfer,
  closeSession,
  failed: failure !== null,
});
