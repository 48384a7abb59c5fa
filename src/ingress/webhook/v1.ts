import { createHash } from 'node:crypto';
import { webhookV1 } from '../../../schema/webhook-v1.js';
import type { Callback, ReplySettings, SaidReply } from '../../conversation/callbacks.js';
import type { Json, JsonObject, UserMessage } from '../../conversation/engine.js';
import type { TurnInput } from '../../conversation/message.js';
import type { Route } from '../../conversation/routes.js';
import type { TurnOutcome } from '../../conversation/turn.js';
import { badInput } from '../../errors.js';
import { createCheck } from '../validate.js';

interface WebhookV1 {
  session?: { new?: boolean };
  message: {
    id?: string;
    text?: string;
    attachments?: Json[] | null;
    formData?: { formId: string; data?: Json[]; meta?: JsonObject };
  };
  from: { id: string | number; userInfo?: JsonObject | null };
  to?: string | null | { id?: string | number | null; groupInfo?: { id?: string | number | null } | null };
  preferredChannelForResponse?: string | null;
  customData?: Json;
}

const check = createCheck<WebhookV1>(webhookV1);

export interface ParsedMessage {
  input: TurnInput;
  messageId: string | undefined;
  bodyHash: () => string;
}

/**
 * Reads a V1 body: `{message: {text, attachments}, from, to, customData}` or `{text, attachments, from, to,
 * customData}`, each also wrapped in `{payload: …}` (kore-webhook.md §1.3). BAD_USER_INPUT names the field.
 */
export function parseV1(body: Record<string, unknown>, route: Route): ParsedMessage {
  const wrapped = isObject(body.payload) && body.message === undefined && body.text === undefined;
  const outer = wrapped ? { ...body, ...(body.payload as Record<string, unknown>) } : body;
  if (wrapped) delete outer.payload;
  const flat = outer.message === undefined && (outer.text !== undefined || outer.attachments !== undefined);
  const { text, attachments, ...others } = outer;
  const form = flat ? { ...others, message: { text, attachments } } : outer;
  if (flat && attachments === undefined) form.message = { text };
  const valid = check(form, (field) => rename(field, flat, wrapped));

  const { message, from, to } = valid;
  const userMessage = toUserMessage(message);
  if (userMessage.type === 'text' && userMessage.text.trim() === '' && userMessage.attachments.length === 0) {
    const field = rename('message.text', flat, wrapped);
    throw badInput(field, `Invalid Request Payload: ${field} must not be empty.`);
  }
  const replyTo = typeof to === 'string' ? to : String(to?.id ?? '');
  const input: TurnInput = {
    form: 'V1',
    mode: route.mode,
    message: userMessage,
    user: { id: String(from.id), info: from.userInfo ?? {} },
    groupId: typeof to === 'object' ? String(to?.groupInfo?.id ?? '') : '',
    replyFrom: replyTo === '' ? route.botId : replyTo,
    payload: valid as unknown as JsonObject, // came from JSON and was checked to be an object
    newSession: valid.session?.new === true,
  };
  if (valid.customData !== undefined) input.customData = valid.customData;
  if (valid.preferredChannelForResponse) input.preferredChannel = valid.preferredChannelForResponse;
  return {
    input,
    messageId: message.id,
    bodyHash: () => createHash('sha256').update(JSON.stringify(valid)).digest('base64url'),
  };
}

function toUserMessage({ text, attachments, formData }: WebhookV1['message']): UserMessage {
  if (formData)
    return { type: 'formData', formId: formData.formId, data: formData.data ?? [], meta: formData.meta ?? {} };
  return { type: 'text', text: text ?? '', attachments: attachments ?? [] };
}

/** Errors name the field as the caller wrote it. */
function rename(field: string, flat: boolean, wrapped: boolean): string {
  const bare = flat ? field.replace(/^message\./, '') : field;
  return wrapped && /^(message|text|attachments)/.test(bare) ? `payload.${bare}` : bare;
}

/** The body of a synchronous V1 answer (kore-webhook.md §1.5). */
export function answerV1(outcome: TurnOutcome): JsonObject {
  const { replies, endOfTask, settings } = outcome;
  const form = replies.findLast((reply) => reply.form)?.form;
  return {
    text: textOf(replies, settings),
    ...(form && { form }),
    ...(endOfTask && endFields(endOfTask)),
    ...(outcome.agentTransfer && { agentTransfer: true }),
  };
}

/** The body of one asynchronous V1 callback; the dispatcher adds its sequence. */
export function callbackV1(callback: Callback): JsonObject {
  const { content, to, from, messageId, conversationId, lastInTurn, traceId } = callback;
  const said =
    'reply' in content
      ? {
          text: textOf([content.reply], callback.settings),
          ...(content.reply.form && { form: content.reply.form }),
        }
      : endFields(content.endOfTask);
  return { ...said, to, from, messageId, conversationId, lastInTurn, traceId };
}

function endFields(end: NonNullable<TurnOutcome['endOfTask']>): JsonObject {
  return { endOfTask: true, endReason: end.reason, completedTaskId: end.taskId, completedTaskName: end.taskName };
}

/** One message of plain text: a string; several, or a template: an array in order; nothing: an empty string. */
function textOf(replies: readonly SaidReply[], { templateEncoding, textForm }: ReplySettings): Json {
  const items = replies.map((reply): Json => {
    if (reply.type === 'text') return reply.text;
    return templateEncoding === 'STRING' ? JSON.stringify(reply.template) : reply.template;
  });
  if (textForm === 'ARRAY') return items;
  const [first] = replies;
  if (!first) return '';
  return replies.length === 1 && first.type === 'text' ? first.text : items;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
