import type { Program } from '../../../src/definition/program.js';
import type { DialogDeps } from '../../../src/engines/dialog/deps.js';
import { createSandbox } from '../../../src/engines/dialog/sandbox/sandbox.js';
import { type Conversation, converse } from './conversation.js';

/** One sandbox for the tests of a process, which ends with it: files share processes. */
export const scripts = createSandbox({ workers: 1 });

export const FAILURE = 'I am sorry, something went wrong and I had to discard your task. Please retry.';

export const talk = (
  program: Program,
  more: Partial<DialogDeps> = {},
  options: Parameters<typeof converse>[2] = {},
): Conversation => converse(program, { scripts, ...more }, options);

/** Says one thing after the other; gives what was answered last. */
export async function replies(conversation: Conversation, ...inputs: string[]): Promise<string[]> {
  let texts: string[] = [];
  for (const input of inputs) texts = (await conversation.say(input)).texts;
  return texts;
}
