import type { Node } from '../../definition/program.js';
import { standardKey } from '../../definition/standard-responses.js';
import { normalized } from '../../definition/words.js';
import { sayHelp } from './help.js';
import type { Outcome } from './nodes/outcome.js';
import { dialogOf, type Run, type Steps, say } from './run.js';
import { type Frame, newFrame } from './state.js';
import { beginContext, finishTask, markUtterance, startTask } from './tasks.js';
import { understand } from './understand.js';
import { yesOrNo } from './yes-or-no.js';

/** Score from 0 to 1 below which a task that is merely likely does not interrupt another. */
const INTERRUPT_SCORE = 0.7;
const DISCARD = new Set([
  'discard',
  'discard all',
  'discard task',
  'cancel',
  'cancel task',
  'quit',
  'exit',
  'abort',
  'start over',
]);

/**
 * The input is no answer to what was asked: it may be a command, another task, a question or small talk. Gives how the
 * dialog goes on, or null when the input means nothing else either. `definite`: only what was trained word for word.
 */
export async function* interrupt(
  run: Run,
  frame: Frame,
  node: Node,
  wanted: 'any' | 'definite',
): Steps<Outcome | null> {
  const text = run.input?.text ?? '';
  if (text.trim() === '' || frame.event === 'TASK_FAILURE_EVENT') return null;
  if (DISCARD.has(normalized(text))) return yield* discard(run);
  const meaning = understand(run, text);
  const { interruption } = run.program;
  if (meaning.type === 'task') {
    if (!interruption.allowed || meaning.score < (wanted === 'definite' ? 0.98 : INTERRUPT_SCORE)) return null;
    if (run.state.frames.some((other) => other.dialogId === meaning.dialogId) && meaning.score < 0.98) return null;
    return yield* switchTask(run, meaning.dialogId, text, meaning.marked);
  }
  if (wanted === 'definite') return null;
  if (meaning.type === 'faq' && meaning.dialogId === null && interruption.faq !== 'ignore') {
    yield* say(run, meaning.messageKey);
  } else if (meaning.type === 'small_talk' && interruption.smallTalk !== 'ignore' && !isYesOrNo(run, text)) {
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

/** Bots have small talk for a bare yes and no; to a question these are wrong answers instead. */
const isYesOrNo = (run: Run, text: string): boolean => yesOrNo(text, undefined, run.understanding.lexicon) !== null;

async function* discard(run: Run): Steps<Outcome> {
  run.input = null;
  const bottom = run.state.frames[0];
  run.context.discardedTask = (bottom && dialogOf(run, bottom.dialogId)?.name) ?? '';
  yield* say(run, standardKey('discarded'));
  if (bottom) yield* finishTask(run, bottom, 'Canceled');
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
      if (dialog) run.endOfTask = { taskId: dialog.id, taskName: dialog.name, reason: 'Interrupted' };
    }
  }
  startTask(run, dialogId);
  markUtterance(run, text, marked);
  return 'stay';
}

/** Tasks on hold; beyond it the one held longest is dropped. */
const MAX_HELD = 5;

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
