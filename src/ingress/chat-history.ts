import type { Context, Middleware } from 'koa';
import { badInput, notFound } from '../errors.js';
import type { ChatHistory, ChatMessage } from '../history/chat-history.js';
import type { JsonObject } from '../json.js';
import { WEBHOOK_TYPE } from '../vocabulary.js';
import { hookV2 } from '../wire/v2.js';
import { type AdmissionDeps, assertOfChannel, callerOf, consumeToken } from './admission.js';
import { ICON } from './bot-meta.js';
import { type EndpointDeps, endpoint, paramsOf } from './endpoint.js';

export interface ChatHistoryDeps extends AdmissionDeps, EndpointDeps {
  chatHistory: ChatHistory;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const MAX_OFFSET = 10_000;

/**
 * `GET /api/chathistory/{botId}/{channelType}?limit&offset`: what a chat widget shows of earlier (kore-webhook.md §1.2),
 * in the shape the public mobile clients read. The user is the one the token names: `userIdentity`, else `sub`.
 */
export function chatHistory(deps: ChatHistoryDeps): Middleware {
  return endpoint(deps, hookV2, async (ctx) => {
    const caller = await callerOf(deps, ctx);
    const { botId, channelType = '' } = paramsOf(ctx);
    const route = deps.routes.find(botId, channelType === WEBHOOK_TYPE ? undefined : channelType);
    if (!route) throw channelType === WEBHOOK_TYPE ? notFound('bot', botId) : notFound('webhook channel', channelType);
    assertOfChannel(route, caller);
    const limit = Math.min(wholeIn(ctx, 'limit', DEFAULT_LIMIT, 1), MAX_LIMIT);
    const offset = wholeIn(ctx, 'offset', 0, 0);
    if (offset > MAX_OFFSET) throw badInput('offset', `offset must be at most ${MAX_OFFSET}.`);
    await consumeToken(deps, caller);
    const user = { channelId: route.channelId, userId: caller.userIdentity ?? caller.subject };
    const { messages, more } = await deps.chatHistory.messages(user, { offset, limit });
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { botId, icon: ICON, moreAvailable: more, messages: messages.map((one) => toMessage(one, channelType)) };
  });
}

const toMessage = ({ id, saidBy, text, at, traceId }: ChatMessage, channelType: string): JsonObject => ({
  _id: id,
  type: saidBy === 'USER' ? 'incoming' : 'outgoing',
  createdOn: new Date(at).toISOString(),
  channels: [{ type: channelType }],
  components: [{ cT: 'text', data: { text } }],
  tags: { altText: [] }, // known clients look into it unasked
  traceId,
});

function wholeIn(ctx: Context, name: string, fallback: number, min: number): number {
  const given = ctx.query[name];
  if (given === undefined || given === '') return fallback;
  const number = /^\d{1,9}$/.test(String(given)) ? Number(given) : -1;
  if (number < min) throw badInput(name, `${name} must be a whole number from ${min}.`);
  return number;
}
