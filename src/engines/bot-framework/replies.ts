import type { EndOfTask, TurnRequest } from '../../bots/engine.js';
import { isObject, json, objects, type Raw, string } from '../../definition/json.js';
import type { JsonObject } from '../../json.js';
import type { RemoteAnswer } from '../remote/remote-engine.js';
import type { RemoteMessage } from '../remote/said.js';
import { choicesTemplate, quickRepliesTemplate } from '../remote/templates.js';
import { attachmentMessages, toChoice } from './cards.js';

/** The activities of an answer as what this platform says. Kinds that nobody would see are noted in the trace. */
export function readActivities(activities: readonly unknown[], turn: TurnRequest): RemoteAnswer {
  const answer: RemoteAnswer = { messages: [] };
  for (const activity of objects(activities)) {
    switch (string(activity.type)) {
      case 'message':
        answer.messages.push(...messagesOf(activity));
        break;
      case 'endOfConversation':
        answer.messages.push(...messagesOf(activity));
        answer.closeSession = true;
        answer.endOfTask = endOf(activity, turn);
        break;
      case 'event':
        if (/^handoff(\.initiate)?$/.test(string(activity.name))) answer.agentTransfer = true;
        else turn.trace({ kind: 'activity', type: 'event', name: string(activity.name) });
        break;
      case 'handoff':
        answer.agentTransfer = true;
        break;
      default:
        turn.trace({ kind: 'activity', type: string(activity.type), name: string(activity.name) });
    }
  }
  return answer;
}

/** `channelData` may name a message of the bot (`messageKey`, `values`), or hold a template of this platform as it is. */
function messagesOf(activity: Raw): RemoteMessage[] {
  const channelData = isObject(activity.channelData) ? activity.channelData : {};
  if (isObject(channelData.template)) return [{ template: toObject(channelData.template) }];
  const messages = visible(activity);
  const key = string(channelData.messageKey);
  if (key === '') return messages;
  const [first = {}, ...others] = messages;
  const values = isObject(channelData.values) ? toObject(channelData.values) : undefined;
  return [{ ...first, key, ...(values && { values }) }, ...others];
}

function visible(activity: Raw): RemoteMessage[] {
  const text = string(activity.text);
  const suggested = isObject(activity.suggestedActions) ? objects(activity.suggestedActions.actions) : [];
  const choices = suggested.map(toChoice);
  const attached = attachmentMessages(objects(activity.attachments), string(activity.attachmentLayout));
  if (choices.length === 0) return [...(text === '' ? [] : [{ text }]), ...attached];
  const some = choices.some((choice) => choice.link) ? choicesTemplate : quickRepliesTemplate;
  return [...attached, { template: some(text, choices) }];
}

function endOf(activity: Raw, turn: TurnRequest): EndOfTask {
  const code = string(activity.code);
  const reason =
    code === '' || code === 'completedSuccessfully' ? 'Fulfilled' : code === 'userCancelled' ? 'Canceled' : 'Failed';
  return { taskId: turn.botId, taskName: turn.botName, reason };
}

/** The copy of an object is an object. */
const toObject = (value: Raw): JsonObject => json(value) as JsonObject;
