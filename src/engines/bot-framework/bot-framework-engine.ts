import type { Engine, TurnRequest } from '../../bots/engine.js';
import { isObject } from '../../definition/json.js';
import type { SettingsOf } from '../../domain/bots/engine-kinds.js';
import type { OutboundResponse } from '../../outbound/exchange.js';
import { callRemote, hostOf, jsonOf, type Remote, type RemoteDeps } from '../remote/call.js';
import { createRemoteEngine, type RemoteAnswer } from '../remote/remote-engine.js';
import { RemoteError } from '../remote/remote-error.js';
import { toActivity } from './activity.js';
import { readActivities } from './replies.js';
import { createTokens } from './token.js';

/**
 * A bot of the Bot Framework SDK or the Microsoft 365 Agents SDK: its messaging endpoint is POSTed an Activity with
 * `deliveryMode: expectReplies` and answers `{activities}`. It keeps its own state.
 */
export function createBotFrameworkEngine(
  settings: SettingsOf<'BOT_FRAMEWORK'>,
  secrets: Readonly<Record<string, string>>,
  deps: RemoteDeps,
): Engine {
  const remote: Remote = { ...settings, secrets: Object.values(secrets) };
  const tokens = createTokens(settings, secrets, deps);

  /** A token that was good for earlier turns may have been revoked since: then another one is tried. */
  async function post(turn: TurnRequest, signal: AbortSignal): Promise<OutboundResponse> {
    const auth = await tokens.get(turn, signal);
    const headers: Record<string, string> = auth ? { authorization: `Bearer ${auth.token}` } : {};
    const body = JSON.stringify(toActivity(turn, settings));
    try {
      return await callRemote(deps, remote, turn, { headers, body }, signal);
    } catch (error) {
      if (!auth || !(error instanceof RemoteError) || error.status !== 401) throw error;
      tokens.forget();
      if (auth.fresh) throw error;
      return post(turn, signal);
    }
  }

  async function ask(turn: TurnRequest, signal: AbortSignal): Promise<RemoteAnswer> {
    const response = await post(turn, signal);
    // A bot that says nothing may answer with nothing.
    const answer = response.body.length === 0 ? { activities: [] } : jsonOf(response, remote, turn);
    const activities = Array.isArray(answer) ? answer : isObject(answer) ? answer.activities : undefined;
    if (!Array.isArray(activities)) {
      throw new RemoteError(
        'BAD_ANSWER',
        `The bot at ${hostOf(remote.url)} did not answer with activities: it must support deliveryMode expectReplies.`,
      );
    }
    return readActivities(activities, turn);
  }
  return createRemoteEngine(ask);
}
