import type { Node } from '../../definition/program.js';
import { standardKey } from '../../definition/standard-responses.js';
import { toUtterance } from '../../definition/words.js';
import { beginsCancelling, type Cancelling, cancelling, mayCancel } from './cancel.js';
import { sayHelp } from './help.js';
import type { Outcome } from './nodes/outcome.js';
import { dialogOf, type Run, type Steps, say } from './run.js';
import { beginTasks, severalTasks, toBegin, type Wish, wishOf } from './several-tasks.js';
import { type Frame, type HeldTask, MAX_HELD } from './state.js';
import { endOf, finishTask } from './tasks.js';
import { type TaskMeaning, understand } from './understand.js';
import { holdsName, isStrongMatch } from './understanding/strong-match.js';
import { yesOrNo } from './yes-or-no.js';

/** Score from 0 to 1 below which a task that is merely likely does not interrupt another. */
const INTERRUPT_SCORE = 0.7;

/**
 * Obeys a command to stop, which is no answer to any question: the running task ends, or everything. A task or a training
 * sentence of these very words ("Cancel my order") begins instead. Null when the input is no such command.
 */
export async function* obey(run: Run, frame: Frame): Steps<Outcome | null> {
  const text = run.input?.text ?? '';
  if (!mayCancel(text, run.turn.language, run.understanding)) return null;
  const extent = cancelling(toUtterance(text), run.turn.language, run.understanding);
  if (!extent && !beginsCancelling(text)) return null;
  const named =
    frame.event === 'TASK_FAILURE_EVENT' || !run.program.interruption.allowed ? null : understand(run, text);
  if (named?.type === 'task' && isOther(run, named) && (named.by === 'WORDS' || (!extent && isNamed(named, text))))
    return yield* switchTask(run, text, [wishOf(named, text)]);
  return extent ? yield* discard(run, extent) : null;
}

/**
 * The input is no answer to what was asked: it may be another task, a question or small talk. Gives how the dialog goes
 * on, or null when the input means nothing else either. `definite`: only what was trained word for word.
 */
export async function* interrupt(
  run: Run,
  frame: Frame,
  node: Node,
  wanted: 'any' | 'definite',
): Steps<Outcome | null> {
  const text = run.input?.text ?? '';
  if (text.trim() === '' || frame.event === 'TASK_FAILURE_EVENT') return null;
  const { interruption } = run.program;
  const mayInterrupt = (task: TaskMeaning, part: string): boolean =>
    isOther(run, task) && (task.by === 'WORDS' || (wanted === 'any' && isStrong(task, part)));
  const several = interruption.allowed ? severalTasks(run, text) : null;
  if (several?.every(({ meaning: task, start, end }) => mayInterrupt(task, text.slice(start, end))))
    return yield* switchTask(run, text, several);
  const meaning = understand(run, text);
  if (meaning.type === 'task') {
    if (!interruption.allowed || !mayInterrupt(meaning, text)) return null;
    return yield* switchTask(run, text, [wishOf(meaning, text)]);
  }
  if (wanted === 'definite') return null;
  if (meaning.type === 'faq' && meaning.dialogId === null && interruption.faq !== 'ignore') {
    yield* say(run, meaning.messageKey);
  } else if (meaning.type === 'small_talk' && interruption.smallTalk !== 'ignore' && yesOrNo(run, text) === null) {
    // Bots have small talk for a bare yes, no and "not sure"; to a question these are wrong answers instead.
    yield* say(run, meaning.messageKey);
  } else if (meaning.type === 'help') {
    yield* sayHelp(run);
  } else {
    return null;
  }
  run.turn.trace({ kind: 'interruption', node: node.name, as: meaning.type });
  run.input = null;
  // Answered; the question is asked again.
  frame.phase = 'enter';
  return 'stay';
}

/** Whether a meaning is another task than those that run; one of these counts when it is asked for by its very words. */
const isOther = (run: Run, meaning: TaskMeaning): boolean =>
  meaning.by === 'WORDS' || !run.state.frames.some((frame) => frame.dialogId === meaning.dialogId);

const isStrong = (meaning: TaskMeaning, text: string): boolean =>
  meaning.score >= INTERRUPT_SCORE && isStrongMatch(toUtterance(text), meaning);

const isNamed = (meaning: TaskMeaning, text: string): boolean => holdsName(toUtterance(text), meaning.name);

/** Says that what runs has ended, and goes on with a task on hold unless everything is to end. */
export async function* discard(run: Run, extent: Cancelling): Steps<Outcome> {
  run.input = null;
  if (extent === 'EVERYTHING') run.state.held = [];
  const bottom = run.state.frames[0];
  if (!bottom) {
    yield* say(run, standardKey('nothing_to_discard'));
    return 'stay';
  }
  run.context.discardedTask = dialogOf(run, bottom.dialogId)?.name ?? '';
  yield* say(run, standardKey('discarded'));
  yield* finishTask(run, bottom, 'Canceled');
  return 'stay';
}

/** Drops the running task or puts it on hold, as the bot says, and begins what the text asks for. */
async function* switchTask(run: Run, text: string, wishes: readonly Wish[]): Steps<Outcome> {
  const { hold } = run.program.interruption;
  const bottom = run.state.frames[0];
  const name = (bottom && dialogOf(run, bottom.dialogId)?.name) ?? '';
  const notify = !/nonotify/i.test(hold);
  run.turn.trace({ kind: 'interruption', as: 'task', hold });
  run.input = null;
  if (/^continue/i.test(hold)) return yield* startLater(run, text, wishes);
  if (/^hold/i.test(hold)) {
    run.context.heldTask = name;
    if (notify && run.program.interruption.holdMessage !== '') yield* say(run, standardKey('on_hold'));
    const { session: _, ...context } = run.context;
    run.state.held = [...run.state.held, { frames: run.state.frames, context, utterance: run.state.utterance }].slice(
      -MAX_HELD,
    );
  } else {
    run.context.discardedTask = name;
    if (notify) yield* say(run, standardKey('discarded'));
    if (bottom) {
      const dialog = dialogOf(run, bottom.dialogId);
      if (dialog) run.endOfTask = endOf(dialog, 'Interrupted');
    }
  }
  beginTasks(run, text, wishes);
  return 'stay';
}

/** The running task goes on with its question; what the text asks for begins when it has ended. */
async function* startLater(run: Run, text: string, wishes: readonly Wish[]): Steps<Outcome> {
  const top = run.state.frames.at(-1);
  if (!top) return 'stay';
  run.context.heldTask = wishes.map(({ meaning }) => dialogOf(run, meaning.dialogId)?.name ?? meaning.name).join(', ');
  if (run.program.interruption.holdMessage !== '') yield* say(run, standardKey('on_hold'));
  const later = wishes.map((wish, at): HeldTask => ({ ...toBegin(run, text, wish), ...(at > 0 && { from: 'TEXT' }) }));
  run.state.held = [...run.state.held, ...later.reverse()].slice(-MAX_HELD);
  top.phase = 'enter';
  return 'stay';
}
