import type { ChannelRecord } from '../../store/tables/channels.js';
import { hookUrl } from './addresses.js';

/** Request and response samples of a channel with its own URLs and ids, for both versions of the hook. */
export function payloadFormats(publicUrl: string, channel: ChannelRecord): Record<string, unknown> {
  const sample = samples(channel);
  const asynchronous = channel.mode === 'ASYNC';
  const callback = (body: Json) => ({ method: 'POST', url: channel.postUrl, body });
  const v2 = hookUrl(publicUrl, channel, 'V2');
  return {
    authorization: {
      header: 'Authorization: bearer <JWT>',
      algorithm: "the app's: HS256 or HS512",
      claims: { appId: channel.clientId ?? '<client id of the app>', sub: '<any id of the caller>' },
    },
    v1: {
      request: { method: 'POST', url: hookUrl(publicUrl, channel, 'V1'), headers: HEADERS, body: sample.v1.request },
      response: { status: 200, body: asynchronous ? '' : sample.v1.reply },
      ...(asynchronous && {
        callback: callback(sample.v1.callback),
        lastCallback: callback(sample.v1.endOfTask),
      }),
    },
    v2: {
      request: { method: 'POST', url: v2, headers: HEADERS, body: sample.v2.request },
      response: { status: 200, body: asynchronous ? sample.v2.accepted : sample.v2.reply },
      ...(asynchronous && {
        callback: callback(sample.v2.callback),
        lastCallback: callback(sample.v2.endOfTask),
      }),
      ...(!asynchronous &&
        channel.enablePolling && {
          slowResponse: { status: 200, body: { ...sample.v2.partial, pollId: POLL_ID } },
          poll: {
            method: 'GET',
            url: `${publicUrl}/chatbot/v2/webhook/${channel.botId}/poll/${POLL_ID}`,
            responses: [sample.v2.inProgress, sample.v2.reply],
          },
        }),
    },
  };
}

type Json = Record<string, unknown>;

const HEADERS = { 'Content-Type': 'application/json', Authorization: 'bearer <JWT>' };
const POLL_ID = 'pl-…-1';
const USER = 'user-1';
const TEXT = 'Hello! How can I help you?';
const TRACE = { traceId: 'RTM-TRACE-…' };
const END_OF_TASK = {
  endOfTask: true,
  endReason: 'Fulfilled',
  completedTaskId: 'dg-…',
  completedTaskName: 'Greeting',
};

/** As the hooks answer (kore-webhook.md §1.4–§1.8). */
function samples({ botId }: ChannelRecord) {
  const both = { session: { new: false }, from: { id: USER }, to: { id: botId }, customData: { orderId: '4711' } };
  const parties = { to: USER, from: botId };
  const item = { type: 'text', val: TEXT, createdOn: '2026-01-31T12:00:00.000Z', messageId: 'tn-…' };
  const session = { sessionId: 'se-…', ...TRACE };
  const ofMessage = { messageId: 'tn-…', conversationId: 'cv-…' };
  const partial = { _v: 'v2', ...parties, data: [item], ...session };
  return {
    v1: {
      request: { ...both, message: { text: 'Hello' } },
      reply: { text: TEXT, ...END_OF_TASK },
      callback: { text: TEXT, ...parties, ...ofMessage, lastInTurn: false, ...TRACE, sequence: 1 },
      endOfTask: { ...END_OF_TASK, ...parties, ...ofMessage, lastInTurn: true, ...TRACE, sequence: 2 },
    },
    v2: {
      request: { ...both, message: { type: 'text', val: 'Hello' } },
      accepted: { status: 'ok', _v: 'v2', ...TRACE },
      partial,
      reply: { ...partial, ...END_OF_TASK },
      inProgress: { status: 'Inprogress', pollId: POLL_ID, _v: 'v2', ...TRACE },
      callback: { ...partial, ...ofMessage, lastInTurn: false, sequence: 1 },
      endOfTask: { ...partial, data: [], ...END_OF_TASK, ...ofMessage, lastInTurn: true, sequence: 2 },
    },
  };
}
