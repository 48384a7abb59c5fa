import { createSecretKey } from 'node:crypto';
import type { Engine, TurnRequest } from '../../bots/engine.js';
import { answerOf } from '../../bots/tape.js';
import type { SettingsOf } from '../../domain/bots/engine-kinds.js';
import { AppError } from '../../errors.js';
import { parseSigningSecret, type SigningKey, sign } from '../../outbound/signature.js';
import { callRemote, hostOf, jsonOf, type Remote, type RemoteDeps } from '../remote/call.js';
import { pauseBefore, type RemoteAnswer, sayAnswer } from '../remote/remote-engine.js';
import { RemoteError } from '../remote/remote-error.js';
import { customDataOf } from '../remote/user-message.js';
import { readAnswer, stateOf } from './answer.js';
import { type Callbacks, newToken } from './callbacks.js';
import { readProgress } from './waiting-turns.js';

export interface HttpDeps extends RemoteDeps {
  callbacks: Callbacks;
}

const PROTOCOL = 1;

/**
 * A bot that speaks our own protocol (docs/engines.md): it is POSTed the turn and its session, signed, and answers with
 * messages and session changes, or with 202 and later at the turn's callback address. `webhook-id` is the turn's id, also
 * when it is asked again after a crash.
 */
export function createHttpEngine(
  settings: SettingsOf<'HTTP'>,
  secrets: Readonly<Record<string, string>>,
  deps: HttpDeps,
): Engine {
  const remote: Remote = { ...settings, secrets: Object.values(secrets) };
  const key = secrets.secret === undefined ? null : signingKey(secrets.secret);

  async function ask(turn: TurnRequest, token: string, signal: AbortSignal): Promise<RemoteAnswer | 'LATER'> {
    const body = JSON.stringify(requestOf(turn, `${deps.publicUrl}/chatbot/engine/callback/${token}`));
    const timestamp = Math.floor(deps.clock.now() / 1000);
    const headers: Record<string, string> = { 'webhook-id': turn.turnId, 'webhook-timestamp': String(timestamp) };
    if (key) headers['webhook-signature'] = sign({ id: turn.turnId, timestamp, body, secrets: [key] });
    if (secrets.token !== undefined) headers.authorization = `Bearer ${secrets.token}`;
    const asked = turn.tape ? requestOf(turn, '') : body; // the address of the callback is another each time
    const response = await callRemote(deps, remote, turn, { headers, body, asked }, signal);
    if (response.status === 202) return 'LATER';
    if (response.status === 204 || response.body.length === 0) return { messages: [] };
    return read(jsonOf(response, remote, turn), turn);
  }

  function read(body: unknown, turn: TurnRequest): RemoteAnswer {
    try {
      return readAnswer(body, turn);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const host = hostOf(remote.url);
      throw new RemoteError('BAD_ANSWER', `The answer of the bot at ${host} cannot be used: ${error.message}`, {
        cause: error,
      });
    }
  }

  return {
    async *reply(turn, signal) {
      const before = readProgress(turn.resume);
      if (before?.answer !== undefined) return yield* sayAnswer(turn, read(before.answer, turn));
      const token = before?.token ?? newToken(turn.turnId);
      using expected = deps.callbacks.expect(turn.turnId, token);
      if (!before) yield pauseBefore(turn, { token, accepted: false });
      let answer = before?.accepted ? 'LATER' : await ask(turn, token, signal);
      if (answer === 'LATER') {
        if (!before?.accepted) {
          const { arrived } = expected;
          yield pauseBefore(turn, { token, accepted: true, ...(arrived !== undefined && { answer: arrived }) });
        }
        const question = { node: '', method: 'CALLBACK', address: remote.url, body: null };
        const later = await answerOf(turn.tape, question, () => unlessAborted(expected.answer, signal, remote));
        answer = read(later, turn);
      }
      yield* sayAnswer(turn, answer);
    },
  };
}

/** `whsec_…` is base64, as Standard Webhooks has it; any other text is the key itself. */
const signingKey = (secret: string): SigningKey =>
  secret.startsWith('whsec_') ? parseSigningSecret(secret) : createSecretKey(Buffer.from(secret));

function requestOf(turn: TurnRequest, callbackUrl: string): object {
  const customData = customDataOf(turn);
  return {
    version: PROTOCOL,
    turnId: turn.turnId,
    traceId: turn.traceId,
    conversationId: turn.conversationId,
    bot: { id: turn.botId, name: turn.botName },
    channel: turn.channel,
    user: turn.user,
    language: turn.language,
    message: turn.message,
    ...(customData !== undefined && { customData }),
    session: {
      id: turn.sessionId,
      new: turn.newSession,
      context: turn.session.context,
      state: stateOf(turn),
    },
    callbackUrl,
  };
}

function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal, remote: Remote): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void =>
      reject(new RemoteError('TIMEOUT', `The bot at ${hostOf(remote.url)} accepted the turn and did not call back.`));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
