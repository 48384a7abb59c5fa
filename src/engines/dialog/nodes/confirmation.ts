import type { ConfirmationNode } from '../../../definition/program.js';
import { repeatsCommand } from '../cancel.js';
import { goTo } from '../go-to.js';
import { interrupt, obey } from '../interrupt.js';
import { type Run, type Steps, say } from '../run.js';
import type { Frame } from '../state.js';
import { endByRetries } from '../tasks.js';
import { authorsAnswer, questionOf, yesOrNo } from '../yes-or-no.js';
import type { Outcome } from './outcome.js';

/** What the platform appends on plain channels, to the byte (kore-exports.md §5). */
const YES_NO = 'Yes, No, ';

/** Asks for yes or no. */
export async function* runConfirmation(run: Run, frame: Frame, node: ConfirmationNode): Steps<Outcome> {
  if (frame.phase === 'enter') {
    frame.answer = null;
    yield* prompt(run, node, node.messageKey);
    return 'wait';
  }
  const input = run.input;
  if (!input) return 'wait';
  const asked = questionOf(run, node);
  const authors = authorsAnswer(run, node, input.text);
  // "Cancel" to "Shall I cancel your order?" may be either: it is asked again.
  if (!authors && !repeatsCommand(input.text, asked)) {
    const obeyed = yield* obey(run, frame);
    if (obeyed) return obeyed;
  }
  const answer = authors ?? yesOrNo(run, input.text, asked);
  if (answer === 'yes' || answer === 'no') {
    run.input = null;
    frame.answer = answer;
    run.turn.trace({ kind: 'confirmation', node: node.name, answer });
    return 'next';
  }
  const interrupted = yield* interrupt(run, frame, node, 'any');
  if (interrupted) return interrupted;
  run.input = null;
  frame.retries += 1;
  if (frame.retries >= node.retryLimit)
    return node.onExceeded === 'USUAL' ? yield* endByRetries(run) : goTo(frame, node.onExceeded.to);
  yield* prompt(run, node, Object.hasOwn(run.program.messages, node.errorKey) ? node.errorKey : node.messageKey);
  return 'wait';
}

async function* prompt(run: Run, node: ConfirmationNode, key: string): Steps<void> {
  const choices = [
    { title: 'Yes', value: 'yes' },
    { title: 'No', value: 'no' },
  ];
  yield* say(run, key, {
    scope: { response: { message: node.name, choices } },
    ...(node.listChoices ? { suffix: YES_NO } : {}),
  });
}
