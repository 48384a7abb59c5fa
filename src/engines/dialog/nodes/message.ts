import type { Node } from '../../../definition/program.js';
import { obey } from '../interrupt.js';
import { type Run, type Steps, say } from '../run.js';
import type { Frame } from '../state.js';
import { matchLocalIntent } from './local-intent.js';
import type { Outcome } from './outcome.js';

/** Says its message; one that waits takes the next input, which may be an intent its edges ask for. */
export async function* runMessage(run: Run, frame: Frame, node: Extract<Node, { type: 'message' }>): Steps<Outcome> {
  if (frame.phase === 'enter') {
    yield* say(run, node.messageKey);
    return node.waits ? 'wait' : 'next';
  }
  const input = run.input;
  if (!input) return 'wait';
  frame.intent = matchLocalIntent(run, node, input.text);
  const obeyed = frame.intent === null ? yield* obey(run, frame) : null;
  run.input = null;
  return obeyed ?? 'next';
}
