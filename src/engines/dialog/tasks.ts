import type { EndOfTask } from '../../bots/engine.js';
import type { Dialog } from '../../definition/program.js';
import { type StandardResponse, standardKey } from '../../definition/standard-responses.js';
import type { JsonObject } from '../../json.js';
import { clearTask } from './context.js';
import { dialogOf, type Run, type Steps, say } from './run.js';
import { type Frame, newFrame } from './state.js';

/** Starts a task from its first node, in place of what ran before. */
export function startTask(run: Run, dialogId: string, event: string | null = null): void {
  const dialog = dialogOf(run, dialogId);
  if (!dialog) return;
  beginContext(run.context, dialog);
  run.state.frames = [newFrame(dialog.id, dialog.graph.start, event)];
  run.state.smallTalk = null;
  run.state.offered = [];
  run.state.utterance = null;
  run.turn.trace({ kind: 'task', dialog: dialog.name, ...(event ? { event } : {}) });
}

/** What a task finds in the context when it begins. */
export function beginContext(context: JsonObject, { id, name }: { id: string; name: string }): void {
  clearTask(context);
  Object.assign(context, { intent: name, intentType: 'dialog', taskid: id });
}

/** Lets the entities of the task that just began look into the utterance that began it. */
export function markUtterance(run: Run, text: string, marked: Record<string, string>): void {
  run.state.utterance = { text, marked, used: [] };
}

/** Too many answers were of no use: the task ends. */
export const endByRetries = (run: Run): Steps<'stay'> => endTask(run, 'retries_exceeded');

/** A dialog that is called is not there: the task ends. */
export const endUnavailable = (run: Run): Steps<'stay'> => endTask(run, 'task_unavailable');

async function* endTask(run: Run, why: StandardResponse): Steps<'stay'> {
  yield* say(run, standardKey(why));
  const bottom = run.state.frames[0];
  if (bottom) yield* finishTask(run, bottom, 'Failed');
  return 'stay';
}

/** The end of a task as callers are told of it. */
export const endOf = ({ id, lname }: Dialog, reason: string): EndOfTask => ({ taskId: id, taskName: lname, reason });

/** Records the end of a task and goes back to the one on hold, if there is one. */
export async function* finishTask(run: Run, frame: Frame, reason: string): Steps<void> {
  const dialog = dialogOf(run, frame.dialogId);
  if (dialog) run.endOfTask = endOf(dialog, reason);
  run.turn.trace({ kind: 'end', dialog: dialog?.name ?? '', reason });
  run.state.frames = [];
  if (reason === 'Failed') run.state.held = run.state.held.filter(({ from }) => from !== 'TEXT');
  const held = run.state.held.pop();
  if (!held) return;
  const session = run.context.session ?? {};
  for (const key of Object.keys(run.context)) delete run.context[key];
  Object.assign(run.context, held.context, { session });
  run.state.frames = held.frames;
  run.state.utterance = held.utterance;
  const bottom = held.frames[0];
  run.context.resumedTask = (bottom && dialogOf(run, bottom.dialogId)?.name) ?? '';
  const top = held.frames.at(-1);
  // One that was to begin later is not come back to.
  if (top?.phase !== 'enter') yield* say(run, standardKey('resumed'));
  // The question that was interrupted is asked again.
  if (top) top.phase = 'enter';
}
