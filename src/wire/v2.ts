import { acceptedV2, answerV2 as answerSchema, partsV2, webhookV2 } from '../../schema/webhook-v2.js';
import type { UserMessage } from '../bots/engine.js';
import { badInput } from '../errors.js';
import type { Json, JsonObject } from '../json.js';
import type { Route } from '../routing/routes.js';
import type { Callback, SaidReply } from './callbacks.js';
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
import { endFields } from './v1.js';
import { createCheck } from './validate.js';

interface WebhookV2 extends Envelope {
  message: { id?: string; attachments?: Attachments } & (
    | { type: 'text'; val: string }
    | { type: 'event'; val?: string | null }
    | { type: 'template'; val: JsonObject }
    | { type: 'formData'; val: FormData }
  );
  attachments?: Attachments;
  interactiveLanguage?: string | null;
  InteractiveLanguage?: string | null;
}

const check = createCheck<WebhookV2>(webhookV2);

/** The second version (kore-webhook.md §1.4, §1.6, §1.7). */
export const hookV2: HookVersion = {
  name: 'V2',
  base: '/chatbot/v2/webhook',
  answersInParts: true,
  parse: parseV2,
  answer: answerV2,
  inProgress: (pollId, traceId) => ({ status: 'Inprogress', pollId, _v: 'v2', traceId }),
  accepted: (traceId) => ({ status: 'ok', _v: 'v2', traceId }),
  callback: callbackV2,
  refusal: (errors, traceId) => ({ errors, _v: 'v2', _t: traceId }),
  sample: (envelope) => ({ ...envelope, message: { type: 'text', val: 'Hello' } }),
  schemas: { request: webhookV2, answer: answerSchema, accepted: acceptedV2, parts: partsV2 },
};

function parseV2(body: Record<string, unknown>, route: Route): ParsedMessage {
  const valid = check(body);
  const { message } = valid;
  // A known mobile client writes them at the top.
  const own = attachmentsOf(message.attachments);
  const attachments = own.length > 0 ? own : attachmentsOf(valid.attachments);
  if (attachments.length > 0 && message.type !== 'text')
    throw badInput('message.attachments', 'Invalid Request Payload: message.attachments go with the type text only.');
  const field = own.length > 0 ? 'message.attachments' : 'attachments';
  const fields = { attachments: field, formId: 'message.val.formId' };
  const parsed = toParsed('V2', valid, toUserMessage(message, attachments), message.id, route, fields);
  const language = valid.interactiveLanguage || valid.InteractiveLanguage;
  if (language) parsed.input.language = language;
  return parsed;
}

function toUserMessage(message: WebhookV2['message'], attachments: Json[]): UserMessage {
  switch (message.type) {
    case 'text':
      return { type: 'text', text: message.val, attachments };
    case 'event':
      return { type: 'event', event: message.val?.trim() ?? '' };
    case 'template':
      return { type: 'template', template: message.val };
    case 'formData':
      return formMessage(message.val);
  }
}

/** The body of a V2 answer. */
function answerV2(outcome: TurnOutcome, pollId?: string): JsonObject {
  const { to, from, replies, sessionId, endOfTask, answers, answeredBy } = outcome;
  const form = replies.findLast((reply) => reply.form)?.form;
  return {
    _v: 'v2',
    to,
    from,
    data: replies.map((reply) => itemOf(reply)),
    ...(form && { form }),
    ...(endOfTask && endFields(endOfTask)),
    ...(outcome.agentTransfer && { agentTransfer: true }),
    ...(sessionId !== '' && { sessionId }),
    traceId: outcome.traceId,
    ...(pollId !== undefined && { pollId }),
    ...(answers && { answers }),
    ...(answeredBy !== undefined && { answeredBy }),
  };
}

/** The body of one asynchronous V2 callback (kore-webhook.md §1.8); the dispatcher adds its sequence. */
function callbackV2(callback: Callback): JsonObject {
  const { content, to, from, messageId, conversationId, sessionId, lastInTurn, traceId, answers } = callback;
  return {
    _v: 'v2',
    data: 'reply' in content ? [itemOf(content.reply)] : [],
    ...('reply' in content && content.reply.form && { form: content.reply.form }),
    ...('endOfTask' in content && endFields(content.endOfTask)),
    to,
    from,
    sessionId,
    messageId,
    conversationId,
    lastInTurn,
    traceId,
    ...(answers && { answers }),
  };
}

function itemOf(reply: SaidReply): JsonObject {
  const common = { createdOn: new Date(reply.at).toISOString(), messageId: reply.id };
  switch (reply.type) {
    case 'text':
      return { type: 'text', val: reply.text, ...common };
    case 'template':
      // What a script printed as JSON stays a string: a known bridge parses it itself (kore-webhook.md §1.6).
      return { type: 'template', val: reply.printed ?? reply.template, ...common };
    case 'event':
      return {
        type: 'event',
        val: reply.event,
        eventType: reply.outcome,
        description: reply.description,
        ...common,
      };
  }
}
