import type { EndOfTask } from '../bots/engine.js';
import type { JsonObject } from '../json.js';
import type { IntegrationMode, TemplateEncoding, TextForm } from '../vocabulary.js';
import type { Callback, SaidReply } from './callbacks.js';
import { hookUrl, pollPath } from './hook-url.js';
import type { HookVersion } from './hook-version.js';
import { HOOK_VERSIONS } from './hook-versions.js';
import type { TurnOutcome } from './outcome.js';

/** The part of a channel that its samples show. */
interface SampledChannel {
  id: string;
  botId: string;
  isDefault: boolean;
  clientId: string | null;
  mode: IntegrationMode;
  postUrl: string | null;
  enablePolling: boolean;
  templateEncoding: TemplateEncoding;
  textForm: TextForm;
}

const HEADERS = { 'Content-Type': 'application/json', Authorization: 'bearer <JWT>' };
/** What every callback has; its authentication and the operator's own headers come beside them. */
const CALLBACK_HEADERS = {
  'Content-Type': 'application/json',
  'webhook-id': '<id of the message>',
  'webhook-timestamp': '<seconds since 1970>',
  'webhook-signature': 'v1,<base64 of the HMAC-SHA256 of "id.timestamp.body" with the signing secret>',
  'webhook-attempt': '1',
  'idempotency-key': '<id of the message>',
  'hookswitch-conversation-id': '<id of the conversation>',
  'hookswitch-sequence': '1',
};
const POLL_ID = 'pl-…-1';
const TRACE_ID = 'RTM-TRACE-…';
const USER = 'user-1';
const AT = Date.UTC(2026, 0, 31, 12);
const REPLY: SaidReply = { type: 'text', text: 'Hello! How can I help you?', id: 'tn-…', at: AT };
const END_OF_TASK: EndOfTask = { reason: 'Fulfilled', taskId: 'dg-…', taskName: 'Greeting' };

/** Request and response samples of a channel with its own URLs and ids, by version of the hook. */
export function payloadFormats(publicUrl: string, channel: SampledChannel): Record<string, unknown> {
  return {
    authorization: {
      header: 'Authorization: bearer <JWT>',
      algorithm: "the app's: HS256, HS512, RS256, RS512 or ES256",
      claims: { appId: channel.clientId ?? '<client id of the app>', sub: '<any id of the caller>' },
    },
    ...Object.fromEntries(
      HOOK_VERSIONS.map((version) => [version.name.toLowerCase(), formatsOf(version, publicUrl, channel)]),
    ),
  };
}

function formatsOf(version: HookVersion, publicUrl: string, channel: SampledChannel): Record<string, unknown> {
  const { botId, enablePolling, templateEncoding, textForm } = channel;
  const settings = { templateEncoding, textForm };
  const envelope = { session: { new: false }, from: { id: USER }, to: { id: botId }, customData: { orderId: '4711' } };
  const url = hookUrl(publicUrl, channel, version);
  const request = { method: 'POST', url, headers: HEADERS, body: version.sample(envelope) };
  if (channel.mode === 'ASYNC') {
    const callback = (content: Callback['content'], sequence: number) => ({
      method: 'POST',
      url: channel.postUrl,
      headers: CALLBACK_HEADERS,
      body: { ...version.callback(sampleCallback(content, botId, settings)), sequence },
    });
    return {
      request,
      response: { status: 200, body: version.accepted(TRACE_ID) ?? '' },
      callback: callback({ reply: REPLY }, 1),
      lastCallback: callback({ endOfTask: END_OF_TASK }, 2),
    };
  }
  const part: TurnOutcome = {
    turnId: 'tn-…',
    traceId: TRACE_ID,
    sessionId: 'se-…',
    to: USER,
    from: botId,
    replies: [REPLY],
    endOfTask: null,
    agentTransfer: false,
    settings,
  };
  const answer: JsonObject = version.answer({ ...part, endOfTask: END_OF_TASK });
  return {
    request,
    response: { status: 200, body: answer },
    ...(version.answersInParts &&
      enablePolling && {
        slowResponse: { status: 200, body: version.answer(part, POLL_ID) },
        poll: {
          method: 'GET',
          url: publicUrl + pollPath(version, botId, POLL_ID),
          responses: [version.inProgress(POLL_ID, TRACE_ID), answer],
        },
      }),
  };
}

const sampleCallback = (content: Callback['content'], botId: string, settings: Callback['settings']): Callback => ({
  content,
  messageId: 'tn-…',
  conversationId: 'cv-…',
  sessionId: 'se-…',
  to: USER,
  from: botId,
  traceId: TRACE_ID,
  lastInTurn: 'endOfTask' in content,
  at: AT,
  settings,
});
