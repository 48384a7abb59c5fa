import { createHash, randomBytes } from 'node:crypto';
import { notFound } from '../../errors.js';

/** Turns whose bot said that it would call back. The token in the address is the bot's right to answer, once. */
export interface Callbacks {
  /** Waits for one answer under this token until it is let go of. */
  expect<T>(token: string, parse: (body: unknown) => T): Expected<T>;
  /**
   * Hands the body to whoever waits. NOT_FOUND when nobody does: answered already, too late, or never asked. An answer
   * that cannot be read (BAD_USER_INPUT) leaves the turn waiting for a better one.
   */
  deliver(token: string, body: unknown): void;
}

export interface Expected<T> extends Disposable {
  answer: Promise<T>;
}

export const newToken = (): string => randomBytes(32).toString('base64url');

export function createCallbacks(): Callbacks {
  const waiting = new Map<string, (body: unknown) => void>();
  return {
    expect(token, parse) {
      const place = placeOf(token);
      const answer = new Promise<ReturnType<typeof parse>>((resolve) => {
        waiting.set(place, (body) => resolve(parse(body)));
      });
      return { answer, [Symbol.dispose]: () => void waiting.delete(place) };
    },
    deliver(token, body) {
      const place = placeOf(token);
      const take = waiting.get(place);
      if (!take) throw notFound('turn waiting for an answer', `${token.slice(0, 6)}…`);
      take(body);
      waiting.delete(place);
    },
  };
}

/** Looked up by digest: how long the look-up takes then tells nothing of the tokens that are waited for. */
const placeOf = (token: string): string => createHash('sha256').update(token).digest('base64');
