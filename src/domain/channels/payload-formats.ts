import type { ChannelRecord } from '../../store/channels.js';
import { hookUrl } from './addresses.js';

/** Request and response samples of a channel with its own URLs and ids, for both versions of the hook. */
export function payloadFormats(publicUrl: string, channel: ChannelRecord): Record<string, unknown> {
  const asynchronous = channel.mode === 'ASYNC';
  return {
    authorization: {
      header: 'Authorization: bearer <JWT>',
      algorithm: "the app's: HS256 or HS512",
      claims: { appId: channel.clientId ?? '<client id of the app>', sub: '<any id of the caller>' },
    },
    v1: {
      request: { method: 'POST', url: hookUrl(publicUrl, channel, 'V1'), headers: HEADERS, body: v1Request(channel) },
      response: asynchronous ? { status: 200, body: '' } : { status: 200, body: v1Reply() },
      ...(asynchronous ? { callback: { method: 'POST', url: channel.postUrl, body: v1Callback(channel) } } : {}),
    },
    v2: {
      request: { method: 'POST', url: hookUrl(publicUrl, channel, 'V2'), headers: HEADERS, body: v2Request(channel) },
      response: { status: 200, body: asynchronous ? V2_ACCEPTED : v2Reply(channel) },
      ...(asynchronous ? { callback: { method: 'POST', url: channel.postUrl, body: v2Reply(channel) } } : {}),
    },
  };
}

const HEADERS = { 'Content-Type': 'application/json', Authorization: 'bearer <JWT>' };
const CUSTOM_DATA = { orderId: '4711' };
const V2_ACCEPTED = { status: 'ok', _v: 'v2', traceId: 'RTM-TRACE-…' };

const v1Request = (channel: ChannelRecord) => ({
  session: { new: false },
  message: { text: 'Hello' },
  from: { id: 'user-1' },
  to: { id: channel.botId },
  customData: CUSTOM_DATA,
});

const v1Reply = () => ({
  text: 'Hello! How can I help you?',
  endOfTask: true,
  endReason: 'Fulfilled',
  completedTaskId: 'dg-…',
  completedTaskName: 'Greeting',
});

const v1Callback = (channel: ChannelRecord) => ({
  text: 'Hello! How can I help you?',
  to: 'user-1',
  from: channel.botId,
  messageId: 'ms-…',
  conversationId: 'cv-…',
  sequence: 1,
  lastInTurn: true,
  traceId: 'RTM-TRACE-…',
});

const v2Request = (channel: ChannelRecord) => ({
  session: { new: false },
  message: { type: 'text', val: 'Hello' },
  from: { id: 'user-1' },
  to: { id: channel.botId },
  customData: CUSTOM_DATA,
});

const v2Reply = (channel: ChannelRecord) => ({
  _v: 'v2',
  to: 'user-1',
  from: channel.botId,
  data: [{ type: 'text', val: 'Hello! How can I help you?', createdOn: '2026-01-31T12:00:00.000Z', messageId: 'ms-…' }],
});
