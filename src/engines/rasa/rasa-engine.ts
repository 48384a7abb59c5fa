import type { Engine, TurnRequest } from '../../bots/engine.js';
import type { SettingsOf } from '../../domain/bots/engine-kinds.js';
import type { JsonObject } from '../../json.js';
import { callRemote, hostOf, jsonOf, type Remote, type RemoteDeps } from '../remote/call.js';
import { createRemoteEngine } from '../remote/remote-engine.js';
import { RemoteError } from '../remote/remote-error.js';
import { attachmentsOf, customDataOf, textOf } from '../remote/user-message.js';
import { readReplies } from './replies.js';

/**
 * A Rasa bot behind its REST channel: `POST /webhooks/rest/webhook` `{sender, message, metadata}`, answered with a list
 * of messages (rasa.com, "REST Channels"). Its tracker keeps the state; what else came with a message is in `metadata`.
 */
export function createRasaEngine(
  settings: SettingsOf<'RASA'>,
  secrets: Readonly<Record<string, string>>,
  deps: RemoteDeps,
): Engine {
  const remote: Remote = { ...settings, url: webhookOf(settings.url), secrets: Object.values(secrets) };
  const headers: Record<string, string> =
    secrets.token === undefined ? {} : { authorization: `Bearer ${secrets.token}` };
  return createRemoteEngine(async (turn, signal) => {
    const body = JSON.stringify({
      sender: settings.sender === 'SESSION' ? turn.sessionId : turn.conversationId,
      message: messageOf(turn, settings.events),
      metadata: metadataOf(turn),
    });
    const response = await callRemote(deps, remote, turn, { headers, body }, signal);
    const replies = jsonOf(response, remote, turn);
    if (!Array.isArray(replies)) {
      throw new RemoteError('BAD_ANSWER', `The bot at ${hostOf(remote.url)} did not answer with a list of messages.`);
    }
    return { messages: readReplies(replies) };
  });
}

/** The address of the channel; the one of the server alone will do. */
function webhookOf(url: string): string {
  return /\/webhook\/?$/.test(url) ? url : `${url.replace(/\/+$/, '')}/webhooks/rest/webhook`;
}

/** Rasa reads a leading slash as an intent. */
function messageOf(turn: TurnRequest, events: Readonly<Record<string, string>>): string {
  const { message } = turn;
  if (message.type === 'event') {
    const known = Object.hasOwn(events, message.event) ? events[message.event] : undefined;
    return known ?? `/${message.event.toLowerCase()}`;
  }
  return message.type === 'formData' ? '/form_data' : textOf(turn);
}

function metadataOf(turn: TurnRequest): JsonObject {
  const { message } = turn;
  const customData = customDataOf(turn);
  return {
    turnId: turn.turnId,
    traceId: turn.traceId,
    conversationId: turn.conversationId,
    sessionId: turn.sessionId,
    language: turn.language,
    channel: turn.channel,
    user: turn.user,
    ...(customData !== undefined && { customData }),
    ...(message.type === 'text' && message.attachments.length > 0 && { attachments: attachmentsOf(turn) }),
    ...(message.type === 'template' && { template: message.template }),
    ...(message.type === 'formData' && { form: { id: message.formId, data: message.data, meta: message.meta } }),
    ...(message.type === 'event' && { event: message.event }),
  };
}
