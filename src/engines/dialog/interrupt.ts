import type { Node } from '../../definition/program.js';
import { standardKey } from '../../definition/standard-responses.js';
import { toUtterance } from '../../definition/words.js';
import { beginsCancelling, type Cancelling, cancelling } from './cancel.js';
import { sayHelp } from './help.js';
import type { Outcome } from './nodes/outcome.js';
import { dialogOf, type Run, type Steps, say } from './run.js';
import { type Frame, MAX_HELD, newFrame } from './state.js';
import { beginContext, endOf, finishTask, markUtterance, startTask } from './tasks.js';
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
  const extent = cancelling(text, run.turn.language, run.understanding);
  if (!extent && !beginsCancelling(text)) return null;
  const named =
    frame.event === 'TASK_FAILURE_EVENT' || !run.program.interruption.allowed ? null : understand(run, text);
  if (named?.type === 'task' && isOther(run, named) && (named.by === 'WORDS' || (!extent && isNamed(named, text))))
    return yield* switchTask(run, named.dialogId, text, named.marked);
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
  const meaning = understand(run, text);
  const { interruption } = run.program;
  if (meaning.type === 'task') {
    if (!interruption.allowed || !isOther(run, meaning)) return null;
    if (meaning.by !== 'WORDS' && (wanted === 'definite' || !isStrong(meaning, text))) return null;
    return yield* switchTask(run, meaning.dialogId, text, meaning.marked);
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

/** Drops the running task or puts it on hold, as the bot says, and begins the other one. */
async function* switchTask(run: Run, dialogId: string, text: string, marked: Record<string, string>): Steps<Outcome> {
  const { hold } = run.program.interruption;
  const bottom = run.state.frames[0];
  const name = (bottom && dialogOf(run, bottom.dialogId)?.name) ?? '';
  const notify = !/nonotify/i.test(hold);
  run.turn.trace({ kind: 'interruption', as: 'task', hold });
  run.input = null;
  if (/^continue/i.test(hold)) return yield* startLater(run, dialogId, text, marked);
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
  startTask(run, dialogId);
  markUtterance(run, text, marked);
  return 'stay';
}

/** The running task goes on with its question; the other one begins when it has ended. */
async function* startLater(run: Run, dialogId: string, text: string, marked: Record<string, string>): Steps<Outcome> {
  const later = dialogOf(run, dialogId);
  const top = run.state.frames.at(-1);
  if (!later || !top) return 'stay';
  run.context.heldTask = later.name;
  if (run.program.interruption.holdMessage !== '') yield* say(run, standardKey('on_hold'));
  const { session: _, ...context } = run.context;
  beginContext(context, later);
  const frames = [newFrame(later.id, later.graph.start)];
  const utterance = { text, marked, used: [] };
  run.state.held = [...run.state.held, { frames, context, utterance }].slice(-MAX_HELD);
  top.phase = 'enter';
  return 'stay';
}
