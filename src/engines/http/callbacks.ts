import { createHash, randomBytes } from 'node:crypto';
import type { Json } from '../../conversation/engine.js';
import { json } from '../../definition/json.js';
import { notFound } from '../../errors.js';
import type { Clock } from '../../time.js';
import { checkAnswer } from './answer.js';
import type { WaitingTurns } from './waiting-turns.js';

/** Turns whose bot said that it would call back. The token in the address is its right to answer, once. */
export interface Callbacks {
  /** Waits for the answer of this turn until it is let go of. */
  expect(turnId: string, token: string): Expected;
  /**
   * Hands the body to the turn that waits, here or in another process. NOT_FOUND when none does: answered already, too
   * late, or never asked. BAD_USER_INPUT for an answer that cannot be read: the turn waits on for a better one.
   */
  deliver(token: string, body: unknown): Promise<void>;
}

export interface Expected extends Disposable {
  answer: Promise<Json>;
}

const LOOK_EVERY_MS = 500; // how late an answer that came in at another process is noticed

/** Names the turn, so that any process finds it, and holds 32 random bytes. */
export const newToken = (turnId: string): string => `${turnId}.${randomBytes(32).toString('base64url')}`;

export function createCallbacks(deps: { clock: Clock; turns: WaitingTurns; onError(error: unknown): void }): Callbacks {
  const here = new Map<string, { turnId: string; resolve: (answer: Json) => void }>();
  let looking = false;

  async function look(): Promise<void> {
    const kept = await deps.turns.kept([...here.values()].map(({ turnId }) => turnId));
    for (const [place, { turnId, resolve }] of here) {
      const answer = kept.get(turnId);
      if (answer === undefined) continue;
      here.delete(place);
      resolve(answer);
    }
  }

  function lookLater(): void {
    if (looking || here.size === 0) return;
    looking = true;
    deps.clock.after(LOOK_EVERY_MS, () => {
      void look()
        .catch(deps.onError)
        .finally(() => {
          looking = false;
          lookLater();
        });
    });
  }

  return {
    expect(turnId, token) {
      const place = placeOf(token);
      const answer = new Promise<Json>((resolve) => {
        here.set(place, { turnId, resolve });
      });
      lookLater();
      return { answer, [Symbol.dispose]: () => void here.delete(place) };
    },
    async deliver(token, body) {
      checkAnswer(body);
      const place = placeOf(token);
      const waiting = here.get(place);
      here.delete(place);
      if (waiting) return waiting.resolve(json(body));
      const turnId = token.slice(0, Math.max(0, token.indexOf('.')));
      if (turnId !== '' && (await deps.turns.keep(turnId, token, json(body)))) return;
      throw notFound('turn waiting for an answer', turnId);
    },
  };
}

/** Looked up by digest: how long the look-up takes then tells nothing of the tokens that are waited for. */
const placeOf = (token: string): string => createHash('sha256').update(token).digest('base64');
