import type { Bubble } from './bubbles';
import { messagesIn } from './messages-in';

interface SaidInTurn {
  input: unknown;
  replies: unknown;
  error?: string | null | undefined;
}

/** What was said in a turn, with its error last. */
export function bubblesOf({ input, replies, error }: SaidInTurn): Bubble[] {
  const bubbles: Bubble[] = [
    ...messagesIn(messageOf(input)).map((content) => ({ from: 'user' as const, content })),
    ...messagesIn(replies).map((content) => ({ from: 'bot' as const, content })),
  ];
  return error ? [...bubbles, { from: 'fault', content: error }] : bubbles;
}

/** An input holds the message beside who sent it. */
const messageOf = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'message' in input ? input.message : input;
