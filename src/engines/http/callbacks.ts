import { createHash, randomBytes } from 'node:crypto';
import { json } from '../../definition/json.js';
import { notFound, unavailable } from '../../errors.js';
import type { Json } from '../../json.js';
import { type Clock, delay } from '../../time.js';
import { checkAnswer } from './answer.js';
import type { WaitingTurns } from './waiting-turns.js';

/** Turns whose bot said that it would call back. The token in the address is its right to answer, once. */
export interface Callbacks extends Disposable {
  /** Waits for the answer of this turn until it is let go of. */
  expect(turnId: string, token: string): Expected;
  /** NOT_FOUND when no turn waits under this token, here or in another process. Cheap: asked before a body is read. */
  assertExpected(token: string): Promise<void>;
  /**
   * Hands the body to the turn that waits, here or in another process. NOT_FOUND when none does: answered already, too
   * late, or never asked. BAD_USER_INPUT for an answer that cannot be read: the turn waits on for a better one.
   * UNAVAILABLE when it comes before its 202 and to another process.
   */
  deliver(token: string, body: unknown): Promise<void>;
}

export interface Expected extends Disposable {
  answer: Promise<Json>;
  /** The same, once it is there. */
  readonly arrived: Json | undefined;
}

const LOOK_EVERY_MS = 500; // how late an answer that came in at another process is noticed
/** A bot may call back while the process it answered 202 is still storing that. */
const EARLY_TRIES = 20;
const EARLY_EVERY_MS = 100;

/** Names the turn, so that any process finds it, and holds 32 random bytes. */
export const newToken = (turnId: string): string => `${turnId}.${randomBytes(32).toString('base64url')}`;
const TOKEN = /^([\w-]{1,64})\.[\w-]{1,64}$/;

export function createCallbacks(deps: { clock: Clock; turns: WaitingTurns; onError(error: unknown): void }): Callbacks {
  const here = new Map<string, { turnId: string; resolve: (answer: Json) => void }>();
  let looking = false;

  async function look(): Promise<void> {
    const kept = await deps.turns.kept([...here.values()].map(({ turnId }) => turnId));
    for (const [digest, { turnId, resolve }] of here) {
      const answer = kept.get(turnId);
      if (answer === undefined) continue;
      here.delete(digest);
      resolve(answer);
    }
  }

  function lookLater(): void {
    if (looking || here.size === 0) return;
    looking = true;
    deps.clock.after(LOOK_EVERY_MS, () => {
      looking = false;
      if (here.size > 0) void look().catch(deps.onError).finally(lookLater);
    });
  }

  return {
    expect(turnId, token) {
      const digest = digestOf(token);
      let arrived: Json | undefined;
      const answer = new Promise<Json>((resolve) => {
        const take = (given: Json): void => {
          arrived = given;
          resolve(given);
        };
        here.set(digest, { turnId, resolve: take });
      });
      lookLater();
      return {
        answer,
        get arrived() {
          return arrived;
        },
        [Symbol.dispose]: () => void here.delete(digest),
      };
    },
    async assertExpected(token) {
      const turnId = turnOf(token);
      if (!here.has(digestOf(token)) && !(await deps.turns.isWaiting(turnId, token))) throw unexpected(turnId);
    },
    async deliver(token, body) {
      checkAnswer(body);
      const answer = json(body);
      const digest = digestOf(token);
      const turnId = turnOf(token);
      for (let tried = 0; tried < EARLY_TRIES; tried += 1) {
        const kept = await deps.turns.keep(turnId, token, answer);
        if (kept === 'NONE') throw unexpected(turnId);
        const waiting = here.get(digest);
        here.delete(digest);
        waiting?.resolve(answer); // what is early is stored along with the 202
        if (waiting || kept === 'KEPT') return;
        await delay(deps.clock, EARLY_EVERY_MS);
      }
      const message = 'The turn is not known to be answered later yet: answer it with 202 first, then call back again.';
      throw unavailable('TURN_NOT_WAITING_YET', message);
    },
    /** Looks for no more answers: those that come in are stored, and wait for the process that runs the turn next. */
    [Symbol.dispose]: () => here.clear(),
  };
}

/** The turn a token names. NOT_FOUND for what cannot be a token. */
function turnOf(token: string): string {
  const [, turnId] = TOKEN.exec(token) ?? [];
  if (turnId === undefined) throw unexpected('');
  return turnId;
}

const unexpected = (turnId: string) => notFound('turn waiting for an answer', turnId);

/** Looked up by digest: how long the look-up takes then tells nothing of the tokens that are waited for. */
const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64');
