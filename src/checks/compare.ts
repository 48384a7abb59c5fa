import type { JsonObject } from '../json.js';
import type { SaidMessage, Transcript } from '../turn/recording.js';
import type { KeptTurn } from '../turn/turn-record.js';
import { effects } from './effects.js';
import type { ReplayedTurn } from './replay.js';

export type CheckOutcome = 'ALIKE' | 'DIFFERENT' | 'FAILING' | 'UNKNOWN';

/** How a candidate's turn compares with the recorded one, and the node and message that tell. */
export interface Verdict {
  outcome: CheckOutcome;
  node: string | null;
  message: string | null;
}

const ALIKE: Verdict = { outcome: 'ALIKE', node: null, message: null };

/** `before`: the session the candidate began with. */
export function compare(was: KeptTurn, is: ReplayedTurn, before: string = was.session.state): Verdict {
  const verdict = verdictOf(was, is, before);
  // What was masked may have sent it another way: nobody can tell.
  return was.kept === 'MASKED' && verdict.outcome !== 'ALIKE' ? { ...verdict, outcome: 'UNKNOWN' } : verdict;
}

function verdictOf(was: KeptTurn, is: ReplayedTurn, before: string): Verdict {
  const { newQuestion } = is;
  if (newQuestion?.answered === 'NOT_AT_ALL') return { outcome: 'UNKNOWN', node: newQuestion.node, message: null };
  if (is.end.failure !== null && was.end.failure === null)
    return { outcome: 'FAILING', node: is.failedAt || null, message: null };
  const said = differenceInWords(was, is);
  if (said) return { outcome: 'DIFFERENT', ...said };
  if (canonical(endOf(was)) !== canonical(endOf(is)))
    return { outcome: 'DIFFERENT', node: partingOf(was, is) ?? is.path.at(-1) ?? null, message: null };
  const changed = differenceInEffects(was, is, before);
  if (changed) return { outcome: 'DIFFERENT', node: changed.node, message: null };
  return newQuestion ? { outcome: 'UNKNOWN', node: newQuestion.node, message: null } : ALIKE;
}

/** The same for a step of a test, of which only what is said and how the task ends is expected. */
export function compareSaid(was: KeptTurn, is: ReplayedTurn): Verdict {
  const verdict = verdictOnSaid(was, is);
  return was.kept === 'MASKED' && verdict.outcome !== 'ALIKE' ? { ...verdict, outcome: 'UNKNOWN' } : verdict;
}

function verdictOnSaid(was: KeptTurn, is: ReplayedTurn): Verdict {
  const { newQuestion } = is;
  if (newQuestion?.answered === 'NOT_AT_ALL') return { outcome: 'UNKNOWN', node: newQuestion.node, message: null };
  const said = differenceInWords(was, is);
  const failed = is.end.failure !== null && was.end.failure === null;
  if (failed && (said || was.path.length > 0)) return { outcome: 'FAILING', node: is.failedAt || null, message: null };
  if (said) return { outcome: 'DIFFERENT', ...said };
  if (canonical(was.end.endOfTask) !== canonical(is.end.endOfTask))
    return { outcome: 'DIFFERENT', node: is.path.at(-1) ?? null, message: null };
  return newQuestion ? { outcome: 'UNKNOWN', node: newQuestion.node, message: null } : ALIKE;
}

/** The number of the first message that differs; null: all is said as it was. */
export function firstDifference(was: Transcript, is: Transcript): { was: SaidMessage | null; is: number } | null {
  const before = flat(was);
  const after = flat(is);
  const at = Array.from({ length: Math.max(before.length, after.length) }).findIndex(
    (_, index) => before[index]?.text !== after[index]?.text,
  );
  if (at === -1) return null;
  const message = before[at]?.message;
  return { was: message === undefined ? null : (was.said[message] ?? null), is: after[at]?.message ?? is.said.length };
}

function differenceInWords(was: KeptTurn, is: ReplayedTurn): Omit<Verdict, 'outcome'> | null {
  const difference = firstDifference(was, is);
  if (!difference) return null;
  const now = is.said[difference.is];
  const reached = Math.max(difference.was?.after ?? 0, now?.after ?? 0);
  const parting = common(was.path, is.path) < reached ? partingOf(was, is) : null;
  const own = difference.was ? nodeOf(was, difference.was) : now ? nodeOf(is, now) : null;
  return { node: parting ?? own, message: difference.was?.key ?? now?.key ?? null };
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

function differenceInEffects(was: KeptTurn, is: ReplayedTurn, before: string): { node: string | null } | null {
  const had = effects(was.session.state, was.end.session);
  const has = effects(before, is.end.session);
  const more = has.filter((name) => !had.includes(name));
  const less = had.filter((name) => !has.includes(name));
  if (more.length + less.length === 0) return null;
  const nodes = [...more, ...less].flatMap((name) => is.changedAt.get(name) ?? []);
  return { node: nodes[0] ?? null };
}

const endOf = ({ end: { endOfTask, agentTransfer, closeSession, failure } }: Pick<KeptTurn, 'end'>) => ({
  endOfTask,
  agentTransfer,
  closeSession,
  failed: failure !== null,
});

/** Each reply as a text that is the same for the same content, with the number of its message. */
const flat = ({ said }: Transcript): { text: string; message: number }[] =>
  said.flatMap(({ replies }, message) => replies.map((reply) => ({ text: contentOf(reply), message })));

/** A template is its structure, not the text that a script printed of it; the signature of a link is none of the content. */
function contentOf(reply: SaidMessage['replies'][number]): string {
  const { printed: _, ...content } = reply as JsonObject & { printed?: string };
  return canonical(content).replaceAll(/expires=\d+&signature=[\w.%-]+/g, 'signed');
}

/** JSON whose members are in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
