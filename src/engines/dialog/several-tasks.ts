import { toUtterance } from '../../definition/words.js';
import { dialogOf, type Run } from './run.js';
import { type HeldTask, MAX_HELD, newFrame } from './state.js';
import { beginContext, markUtterance, startTask } from './tasks.js';
import { type TaskMeaning, understand } from './understand.js';
import { partsOf } from './understanding/parts.js';
import { holdsName } from './understanding/strong-match.js';

/** A task that a part of an utterance asks for, or all of it. */
export interface Wish {
  meaning: TaskMeaning;
  start: number;
  end: number;
}

/** Score of a part of an utterance from which it asks for a task of its own. */
const PART_SCORE = 0.5;
/** Characters beyond which a text is taken as a whole. */
const MAX_TEXT = 400;

/** The tasks that a text asks for, in the order in which they are to run; null for fewer than two. */
export function severalTasks(run: Run, text: string): Wish[] | null {
  if (!run.program.multiIntent || text.length > MAX_TEXT || run.state.offered.length > 0) return null;
  const said = toUtterance(text);
  if (run.understanding.definiteIntent(said) || run.understanding.exactFaq(said)) return null;
  const wishes: Wish[] = [];
  let latest: Wish | null = null;
  let start: number | null = null;
  for (const part of partsOf(text)) {
    const meaning = taskOf(run, text.slice(part.start, part.end), wishes);
    if (meaning) {
      latest = { meaning, start: start ?? part.start, end: part.end };
      wishes.splice(part.earlier ? -1 : wishes.length, 0, latest);
      start = null;
    } else if (latest) latest.end = part.end;
    else start ??= part.start;
  }
  return wishes.length > 1 ? wishes.slice(0, MAX_HELD + 1) : null;
}

/** The task that a part asks for; one that was asked for before it only when the part holds its name. */
function taskOf(run: Run, part: string, wishes: readonly Wish[]): TaskMeaning | null {
  const meaning = understand(run, part);
  if (meaning.type !== 'task' || meaning.score < PART_SCORE) return null;
  const again = wishes.some((wish) => wish.meaning.dialogId === meaning.dialogId);
  return again && !holdsName(toUtterance(part), meaning.name) ? null : meaning;
}

/** The task that a whole text asks for. */
export const wishOf = (meaning: TaskMeaning, text: string): Wish => ({ meaning, start: 0, end: text.length });

/** Starts the first task. The others follow, each with its own part of the text, until one of them fails. */
export function beginTasks(run: Run, text: string, [first, ...later]: readonly Wish[]): void {
  if (!first) return;
  const following = later.map((wish): HeldTask => ({ ...toBegin(run, text, wish), from: 'TEXT' }));
  run.state.held = [...run.state.held, ...following.reverse()].slice(-MAX_HELD);
  if (later.length > 0) run.turn.trace({ kind: 'tasks', tasks: [first, ...later].map(({ meaning }) => meaning.name) });
  startTask(run, first.meaning.dialogId);
  markUtterance(run, text.slice(first.start, first.end), first.meaning.marked);
}

/** A task that is to begin when those before it have ended. */
export function toBegin(run: Run, text: string, { meaning, start, end }: Wish): HeldTask {
  const { session: _, ...context } = run.context;
  const dialog = dialogOf(run, meaning.dialogId);
  beginContext(context, { id: meaning.dialogId, name: dialog?.name ?? meaning.name });
  const frames = [newFrame(meaning.dialogId, dialog?.graph.start ?? null)];
  return { frames, context, utterance: { text: text.slice(start, end), marked: meaning.marked, used: [] } };
}
