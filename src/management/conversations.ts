import type { Context, Middleware } from 'koa';
import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import type { BotMessage, BotMessages } from '../history/bot-messages.js';
import { MINUTE } from '../time.js';
import { WEBHOOK_TYPE } from '../vocabulary.js';
import { type Fields, numberField, queryFields, readFields, requiredText, textField, textsField } from './body.js';
import { type EndpointDeps, endpoint, paramOf } from './endpoint.js';
import { periodIn } from './period.js';
import { invalidArguments, invalidBot } from './refusals.js';

export interface ConversationsDeps extends EndpointDeps {
  domain: Pick<Domain, 'appScopes' | 'bots' | 'channels' | 'audit'>;
  messages: BotMessages;
}

/** Sessions of one answer; more are given by `offset`. */
const SESSIONS = { usual: 20, most: 1_000 };
const MAX_IDS = 50;
const CONTAINMENTS = ['dropOff', 'selfService', 'agent'];

/** `POST …/getSessions`, of a bot or the account (management-api.md): a conversation stands for a session. */
export const sessions = (deps: ConversationsDeps): Middleware =>
  endpoint(deps, ['BOT_SESSIONS'], async ({ ctx, viewer }) => {
    const fields = { ...queryFields(ctx), ...(await readFields(ctx)) };
    const containment = textField(fields, 'containmentType');
    if (containment !== null && !CONTAINMENTS.includes(containment))
      throw invalidArguments('containmentType', `containmentType must be one of ${CONTAINMENTS.join(', ')}.`);
    const ids = idsIn(fields);
    const { offset, limit } = pageIn(fields, SESSIONS);
    const { total, more, found } = await deps.messages.conversations(viewer, {
      botId: await botIn(deps, ctx, viewer),
      ids,
      ...(ids === null && { userId: textField(fields, 'userId'), ...periodIn(fields, deps.clock.now()) }),
      offset,
      limit,
    });
    const now = deps.clock.now();
    const shown = found.map(({ id, botId, userId, startedAt, lastMessageAt, sessionTimeoutMinutes }) => ({
      sessionId: id,
      botId,
      channel: WEBHOOK_TYPE,
      userId,
      start_time: new Date(startedAt).toISOString(),
      end_time: new Date(lastMessageAt).toISOString(),
      session_lang: [],
      sessionType: 'interactive',
      containmentType: 'selfService',
      isDeveloper: false,
      sessionStatus: now - lastMessageAt < sessionTimeoutMinutes * MINUTE ? 'active' : 'closed',
      tags: { userTags: [], sessionTags: [], altText: [] },
    }));
    const known = new Set(found.map(({ id }) => id));
    return {
      total,
      moreAvailable: more,
      // Nothing is handed over to agents here, and every session is answered by the bot.
      sessions: containment === null || containment === 'selfService' ? shown : [],
      ...(ids !== null && { invalidSessions: ids.filter((id) => !known.has(id)) }),
    };
  });

/** `GET` and `POST …/getMessages` and `…/getMessagesV2`. */
export const messages = (deps: ConversationsDeps, most: number): Middleware =>
  endpoint(deps, ['CHAT_HISTORY'], async ({ ctx, viewer }) => {
    const fields = ctx.method === 'GET' ? queryFields(ctx) : { ...queryFields(ctx), ...(await readFields(ctx)) };
    if (ctx.method === 'GET') requiredText(fields, 'userId');
    const ids = idsIn(fields);
    const { offset, limit } = pageIn(fields, { usual: Math.min(100, most), most });
    const { total, more, found } = await deps.messages.messages(viewer, {
      botId: await botIn(deps, ctx, viewer),
      ids,
      userId: textField(fields, 'userId'),
      ...(ids === null || fields.dateFrom || fields.dateTo ? periodIn(fields, deps.clock.now()) : {}),
      offset,
      limit,
    });
    await deps.domain.audit.noteReading(viewer, [...new Set(found.map(({ conversationId }) => conversationId))]);
    return { total, moreAvailable: more, icon: '', messages: found.map(toAnswer) };
  });

const toAnswer = (message: BotMessage) => ({
  _id: message.id,
  botId: message.botId,
  type: message.saidBy === 'USER' ? 'incoming' : 'outgoing',
  status: message.saidBy === 'USER' ? 'received' : 'sent',
  channels: [{ type: WEBHOOK_TYPE, channelUId: message.channelId }],
  components: [{ _id: `cp-${message.id}`, cT: 'text', data: { text: message.text }, thumbnails: [] }],
  createdBy: message.userId,
  createdOn: new Date(message.at).toISOString(),
  timestampValue: message.at,
  sessionId: message.conversationId,
  traceId: message.traceId,
  chnl: WEBHOOK_TYPE,
  lang: '',
  isBB: 0,
  isD: 0,
  tags: { messageTags: [], userTags: [], sessionTags: [], altText: [] },
  __v: 0,
});

async function botIn(deps: ConversationsDeps, ctx: Context, viewer: Viewer): Promise<string | null> {
  const botId = paramOf(ctx, 'botId');
  if (botId === '') return null;
  if (!(await deps.domain.bots.get(viewer, botId))) throw invalidBot();
  return botId;
}

function idsIn(fields: Fields): string[] | null {
  const ids = textsField(fields, 'sessionId');
  if (ids.length > MAX_IDS) throw invalidArguments('sessionId', `sessionId may name at most ${MAX_IDS} sessions.`);
  return ids.length === 0 ? null : [...new Set(ids)];
}

function pageIn(fields: Fields, limits: { usual: number; most: number }): { offset: number; limit: number } {
  const offset = numberField(fields, 'skip', numberField(fields, 'offset', 0));
  const limit = Math.max(1, Math.min(numberField(fields, 'limit', limits.usual), limits.most));
  return { offset, limit };
}
