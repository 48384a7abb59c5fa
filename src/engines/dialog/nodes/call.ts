import type { CallNode } from '../../../definition/program.js';
import { child } from '../context.js';
import { assign, readMap } from '../context-map.js';
import { dialogOf, NodeFailure, type Run } from '../run.js';
import { type Frame, newFrame } from '../state.js';
import type { Outcome } from './outcome.js';

/** Dialogs inside each other, for those that call each other without end; beyond it the task fails. */
const MAX_DEPTH = 40;

/**
 * Runs another dialog, with entities of its own and the rest of the context shared; the caller goes on after it, unless
 * the call ends the caller. A dialog that is called again asks again.
 */
export function runCall(run: Run, frame: Frame, node: CallNode): Outcome {
  const dialog = dialogOf(run, node.dialogId);
  if (!dialog) throw new NodeFailure(`The dialog "${node.dialogId}" that is called is not in this bot.`);
  const given = readMap(run, node.contextMap);
  frame.entities = child(run.context, 'entities');
  run.context.entities = {};
  assign(run.context, given);
  run.turn.trace({ kind: 'call', dialog: dialog.name });
  const called = newFrame(dialog.id, dialog.graph.start, frame.event);
  // A call that nothing follows need not come back: endless loops of dialogs stay flat.
  const last = frame.path.length === 1 && node.edges.every((edge) => edge.to === null) && node.returnMap.length === 0;
  if (node.endsCaller || (last && run.state.frames.length > 1)) run.state.frames.pop();
  if (run.state.frames.length >= MAX_DEPTH) throw new NodeFailure(`More than ${MAX_DEPTH} dialogs call each other.`);
  run.state.frames.push(called);
  return 'stay';
}
