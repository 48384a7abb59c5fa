import { answerV1 as answerSchema, webhookV1 } from '../../schema/webhook-v1.js';
import type { EndOfTask, UserMessage } from '../bots/engine.js';
import { badInput } from '../errors.js';
import type { Json, JsonObject } from '../json.js';
import type { Route } from '../routing/routes.js';
import type { Callback, ReplySettings, SaidReply } from './callbacks.js';
import type { HookVersion } from './hook-version.js';
import {
  type Attachments,
  attachmentsOf,
  type Envelope,
  type FormData,
  formMessage,
  type ParsedMessage,
  toParsed,
} from './inbound.js';
import type { TurnOutcome } from './outcome.js';
import { createCheck } from './validate.js';

interface WebhookV1 extends Envelope {
  message: { id?: string; text?: string; attachments?: Attachments; formData?: FormData };
}

const check = createCheck<WebhookV1>(webhookV1);

/** The first version (kore-webhook.md §1.3, §1.5). */
export const hookV1: HookVersion = {
  name: 'V1',
  base: '/chatbot/hooks',
  answersInParts: false,
  parse: parseV1,
  answer: answerV1,
  inProgress: (pollId, traceId) => ({ status: 'Inprogress', pollId, traceId }),
  accepted: () => null,
  callback: callbackV1,
  refusal: (errors) => ({ errors }),
  sample: (envelope) => ({ ...envelope, message: { text: 'Hello' } }),
  schemas: { request: webhookV1, answer: answerSchema, accepted: null, parts: {} },
};

/**
 * Reads a V1 body: `{message: {text, attachments}, from, to, customData}` or `{text, attachments, from, to,
 * customData}`, each also wrapped in `{payload: …}`.
 */
function parseV1(body: Record<string, unknown>, route: Route): ParsedMessage {
  const wrapped = isObject(body.payload) && body.message === undefined && body.text === undefined;
  const outer = wrapped ? { ...body, ...(body.payload as Record<string, unknown>) } : body;
  if (wrapped) delete outer.payload;
  const flat = outer.message === undefined && (outer.text !== undefined || outer.attachments !== undefined);
  const { text, attachments, message: _, ...others } = outer;
  const form = flat ? { message: { text, attachments }, ...others } : outer;
  if (flat && attachments === undefined) form.message = { text };
  const valid = check(form, (field) => rename(field, flat, wrapped));

  const message = toUserMessage(valid.message);
  if (message.type === 'text' && message.text.trim() === '' && message.attachments.length === 0) {
    const field = rename('message.text', flat, wrapped);
    throw badInput(field, `Invalid Request Payload: ${field} must not be empty.`);
  }
  const fields = {
    attachments: rename('message.attachments', flat, wrapped),
    formId: rename('message.formData.formId', flat, wrapped),
  };
  return toParsed('V1', valid, message, valid.message.id, route, fields);
}

function toUserMessage({ text, attachments, formData }: WebhookV1['message']): UserMessage {
  return formData ? formMessage(formData) : { type: 'text', text: text ?? '', attachments: attachmentsOf(attachments) };
}

/** Errors name the field as the caller wrote it. */
function rename(field: string, flat: boolean, wrapped: boolean): string {
  const bare = flat ? field.replace(/^message\./, '') : field;
  return wrapped && /^(message|text|attachments)/.test(bare) ? `payload.${bare}` : bare;
}

/** The body of a V1 answer. */
function answerV1(outcome: TurnOutcome, pollId?: string): JsonObject {
  const { replies, endOfTask, settings, answers, answeredBy } = outcome;
  const form = replies.findLast((reply) => reply.form)?.form;
  return {
    text: textOf(replies, settings),
    ...(form && { form }),
    ...(endOfTask && endFields(endOfTask)),
    ...(outcome.agentTransfer && { agentTransfer: true }),
    ...(pollId !== undefined && { pollId }),
    ...(answers && { answers }),
    ...(answeredBy !== undefined && { answeredBy }),
  };
}

/** The body of one asynchronous V1 callback (kore-webhook.md §1.8); the dispatcher adds its sequence. */
function callbackV1(callback: Callback): JsonObject {
  const { content, to, from, messageId, conversationId, lastInTurn, traceId, answers } = callback;
  const about = { to, from, messageId, conversationId, lastInTurn, traceId, ...(answers && { answers }) };
  if (!('reply' in content)) return Object.assign(endFields(content.endOfTask), about);
  const { reply } = content;
  return { text: textOf([reply], callback.settings), ...(reply.form && { form: reply.form }), ...about };
}

/** The end of a task, as both versions report it. */
export function endFields({ reason, taskId, taskName }: EndOfTask): JsonObject {
  return { endOfTask: true, endReason: reason, completedTaskId: taskId, completedTaskName: taskName };
}

/**
 * One message of plain text: a string, unless the channel wants a list; several, or a template: an array in order; nothing:
 * an empty string.
 */
function textOf(replies: readonly SaidReply[], { templateEncoding, textForm }: ReplySettings): Json {
  const items = replies.flatMap((reply): Json[] => {
    if (reply.type === 'event') return []; // V1 knows none
    if (reply.type === 'text') return [reply.text];
    return [templateEncoding === 'STRING' ? JSON.stringify(reply.template) : reply.template];
  });
  if (textForm === 'ARRAY') return items;
  const [first] = items;
  if (first === undefined) return '';
  if (textForm === 'PLATFORM') {
    const isListed = items.length > 1 || replies.some((reply) => reply.kind !== undefined);
    return isListed || typeof first !== 'string' ? items : first;
  }
  return items.length === 1 && replies.some((reply) => reply.type === 'text') ? first : items;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
