import type { Dialog, DynamicCallNode } from '../../../definition/program.js';
import { normalized, toUtterance } from '../../../definition/words.js';
import { NodeFailure, type Run, type Steps, say } from '../run.js';
import { fill } from '../services/fill.js';
import type { Frame } from '../state.js';
import { runCall } from './call.js';
import type { Outcome } from './outcome.js';

/** Calls the dialog, or answers the question, that a text names when the node is reached. */
export async function* runDynamicCall(run: Run, frame: Frame, node: DynamicCallNode): Steps<Outcome> {
  const name = (await fill(run, node.target)).trim();
  const dialog = Object.values(run.program.dialogs).find((candidate) => isNamed(candidate, name));
  if (dialog) return runCall(run, frame, { ...node, type: 'call', dialogId: dialog.id });
  const faq = name === '' ? null : run.understanding.exactFaq(toUtterance(name));
  if (faq && faq.dialogId !== null) return runCall(run, frame, { ...node, type: 'call', dialogId: faq.dialogId });
  run.turn.trace({ kind: 'dynamic_intent', node: node.name, found: faq !== null });
  if (faq) yield* say(run, faq.messageKey);
  else if (node.unknown === 'FAIL') throw new NodeFailure(`The node "${node.name}" names no task of this bot.`);
  return 'next';
}

function isNamed({ name, names, lname }: Dialog, wanted: string): boolean {
  const said = normalized(wanted);
  return said !== '' && [name, lname, ...Object.values(names)].some((known) => normalized(known) === said);
}
