import type { TurnRequest } from '../../bots/engine.js';
import { string } from '../../definition/json.js';
import type { SettingsOf } from '../../domain/bots/engine-kinds.js';
import type { JsonObject } from '../../json.js';
import { attachmentsOf, customDataOf, objectIn } from '../remote/user-message.js';

/**
 * The user's message as an Activity (Bot Framework protocol, Activity schema) that wants its replies in the
 * answer. It names no `serviceUrl`: there is nothing to call back, and with one the Agents SDK would fetch a token for it
 * before it answers. A session is a conversation: state that the bot keeps by conversation ends with it.
 */
export function toActivity(turn: TurnRequest, settings: SettingsOf<'BOT_FRAMEWORK'>): JsonObject {
  const customData = customDataOf(turn);
  const bot = { id: settings.appId ?? turn.botId, name: turn.botName, role: 'bot' };
  const user = { id: turn.user.id, name: nameOf(turn), role: 'user' };
  return {
    id: turn.turnId,
    timestamp: new Date(turn.now).toISOString(),
    channelId: settings.channelId,
    deliveryMode: 'expectReplies',
    conversation: { id: turn.sessionId },
    from: user,
    recipient: bot,
    locale: turn.language,
    channelData: {
      traceId: turn.traceId,
      conversationId: turn.conversationId,
      newSession: turn.newSession,
      channel: turn.channel,
      userInfo: turn.user.info,
      ...(customData !== undefined && { customData }),
    },
    ...whatHappened(turn, user, bot),
  };
}

function whatHappened(turn: TurnRequest, user: JsonObject, bot: JsonObject): JsonObject {
  const { message } = turn;
  switch (message.type) {
    case 'text': {
      const value = objectIn(message.text);
      const attachments = attachmentsOf(turn).map(({ url, type, name }) => ({
        contentType: type,
        contentUrl: url,
        ...(name !== '' && { name }),
      }));
      return {
        type: 'message',
        // What a card submits is an object and no text.
        ...(value ? { value } : { text: message.text, textFormat: 'plain' }),
        ...(attachments.length > 0 && { attachments }),
      };
    }
    case 'template':
      return { type: 'message', value: message.template };
    case 'formData':
      return { type: 'message', value: { formId: message.formId, data: message.data, meta: message.meta } };
    case 'event':
      if (message.event === 'ON_CONNECT') return { type: 'conversationUpdate', membersAdded: [user, bot] };
      if (message.event === 'SESSION_CLOSURE') return { type: 'endOfConversation', code: 'userCancelled' };
      return { type: 'event', name: message.event };
  }
}

function nameOf({ user }: TurnRequest): string {
  const { firstName, lastName, name } = user.info;
  return string(name) || [string(firstName), string(lastName)].filter((part) => part !== '').join(' ');
}
