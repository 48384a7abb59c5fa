import type { Callback } from '../../conversation/callbacks.js';
import type { JsonObject } from '../../conversation/engine.js';

/** The body of one asynchronous V2 callback (kore-webhook.md §1.8); the dispatcher adds its sequence. */
export function callbackV2(callback: Callback): JsonObject {
  const { content, to, from, messageId, conversationId, sessionId, lastInTurn, traceId } = callback;
  const createdOn = new Date(callback.at).toISOString();
  const data = 'reply' in content ? [itemOf(content.reply, createdOn, messageId)] : [];
  const end: JsonObject =
    'endOfTask' in content
      ? {
          endOfTask: true,
          endReason: content.endOfTask.reason,
          completedTaskId: content.endOfTask.taskId,
          completedTaskName: content.endOfTask.taskName,
        }
      : {};
  return { _v: 'v2', data, ...end, to, from, sessionId, messageId, conversationId, lastInTurn, traceId };
}

function itemOf(
  reply: { type: 'text'; text: string } | { type: 'template'; template: JsonObject },
  createdOn: string,
  messageId: string,
): JsonObject {
  return reply.type === 'text'
    ? { type: 'text', val: reply.text, createdOn, messageId }
    : { type: 'template', val: reply.template, createdOn, messageId };
}
