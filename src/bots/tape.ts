import type { Json } from '../json.js';
import type { OutboundResponse } from '../outbound/exchange.js';

/** A question of a turn to the outside, by what tells it from others. */
export interface Question {
  /** The node that asks; empty where an engine has none. */
  node: string;
  method: string;
  address: string;
  /** Text, bytes, or a value that is JSON. */
  body: unknown;
}

/**
 * What the questions of one turn to the outside go through: a recorder, which keeps the answers, or a player, which
 * answers in their place. A turn without one just asks.
 */
export interface Tape {
  /** Rejects as `ask` does; an error keeps its message, `reason` and `status`. */
  through(question: Question, ask: () => Promise<Json>): Promise<Json>;
}

/** The answer to a question, which is JSON. */
export const answerOf = <T extends Json>(
  tape: Tape | undefined,
  question: Question,
  ask: () => Promise<T>,
): Promise<T> => (tape ? (tape.through(question, ask) as Promise<T>) : ask()); // a player gives what a recorder was given

/** The same for an answer over HTTP, whose body is text. */
export async function responseOf(
  tape: Tape | undefined,
  question: Question,
  ask: () => Promise<OutboundResponse>,
): Promise<OutboundResponse> {
  if (!tape) return ask();
  const answer = await answerOf(tape, question, async () => {
    const { headers, body, ...rest } = await ask();
    return { ...rest, headers: headers as Record<string, string | string[]>, body: body.toString('utf8') };
  });
  return { ...answer, body: Buffer.from(answer.body, 'utf8') };
}
