import type { End, EndOfTask, Engine, Pause, Said, SessionState, TurnRequest } from '../../bots/engine.js';
import type { JsonObject } from '../../json.js';
import { type RemoteMessage, toSaid } from './said.js';

/** The answer of a bot on another server, in this platform's terms. */
export interface RemoteAnswer {
  messages: RemoteMessage[];
  /** The session as it should be kept; without it, it stays. */
  session?: SessionState;
  endOfTask?: EndOfTask;
  closeSession?: boolean;
  agentTransfer?: boolean;
}

/** Asks the bot. Rejects with RemoteError. */
export type Ask = (turn: TurnRequest, signal: AbortSignal) => Promise<RemoteAnswer>;

/** An engine that asks a bot once for each turn. The turn is committed before: asked again after a crash, the bot gets the same ids. */
export function createRemoteEngine(ask: Ask): Engine {
  return {
    async *reply(turn, signal) {
      if (turn.resume === null) yield pauseBefore(turn, {});
      yield* sayAnswer(turn, await ask(turn, signal));
    },
  };
}

/** The turn goes on from here after a crash, with `resume`. */
export const pauseBefore = (turn: TurnRequest, resume: JsonObject): Pause => ({
  type: 'pause',
  session: turn.session,
  resume,
});

export function* sayAnswer(turn: TurnRequest, answer: RemoteAnswer): Generator<Said | End> {
  const session = answer.session ?? turn.session;
  for (const message of answer.messages) yield toSaid(message, session.context);
  yield {
    type: 'end',
    session,
    ...(answer.endOfTask && { endOfTask: answer.endOfTask }),
    ...(answer.closeSession && { closeSession: true }),
    ...(answer.agentTransfer && { agentTransfer: true }),
  };
}
