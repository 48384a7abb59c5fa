import type { Node } from '../../../definition/program.js';
import { standardKey } from '../../../definition/standard-responses.js';
import { messageContents, type Run, type Steps, say } from '../run.js';
import type { Outcome } from './outcome.js';

/** Tells the user, and asks the caller to hand the conversation to a person. */
export async function* runTransfer(run: Run, node: Extract<Node, { type: 'transfer' }>): Steps<Outcome> {
  run.agentTransfer = true;
  const own = messageContents(run, node.messageKey)?.length;
  yield* say(run, own ? node.messageKey : standardKey('agent_transfer'));
  return 'next';
}
