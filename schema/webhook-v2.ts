import { burst, endOfTask, flag, object, ref, text } from './openapi-parts.js';
import { definitions, envelope, formData, messageName } from './webhook-parts.js';

const language = {
  type: ['string', 'null'],
  pattern: '^([A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3})?$',
  description: 'Switches the language of the conversation',
};

/** Checks `val` when `type` is this one. */
const valOf = (type: string, val: object, required = ['val']) => ({
  if: { properties: { type: { const: type } }, required: ['type'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { properties: { val }, required },
});

/** JSON Schema (draft 7) of the bodies of the second hook version, as the ingress checks them and /openapi.json shows them. */
export const webhookV2 = {
  $id: 'webhook-v2',
  title: 'A message to a webhook channel, second version',
  description: 'Typed messages. Unknown keys are tolerated.',
  type: 'object',
  required: ['message', 'from'],
  properties: {
    ...envelope,
    message: {
      type: 'object',
      required: ['type'],
      properties: {
        id: messageName,
        type: {
          type: 'string',
          enum: ['text', 'template', 'event', 'formData'],
        },
        val: {
          description: 'A string for text and event, an object for template and formData; an event may have none',
        },
        attachments: {
          $ref: '#/definitions/attachments',
        },
      },
      allOf: [
        valOf('text', { type: 'string', maxLength: 100000, pattern: '\\S' }),
        valOf('event', { type: ['string', 'null'], maxLength: 256 }, []),
        valOf('template', { type: 'object' }),
        valOf('formData', formData),
      ],
    },
    attachments: {
      $ref: '#/definitions/attachments',
    },
    interactiveLanguage: language,
    InteractiveLanguage: language,
  },
  definitions,
};

/** One thing said, in an answer of the second hook version. */
const itemV2 = object(['type', 'val', 'createdOn', 'messageId'], {
  type: { enum: ['text', 'template', 'event'] },
  val: { type: ['string', 'object'] },
  eventType: { enum: ['SESSION_CLOSURE_SUCCESS', 'SESSION_CLOSURE_IGNORED'] },
  description: text,
  createdOn: { type: 'string', format: 'date-time' },
  messageId: text,
});

/** The body of an answer in the second hook version. */
export const answerV2 = object(['_v', 'to', 'from', 'data', 'traceId'], {
  _v: { const: 'v2' },
  to: text,
  from: text,
  data: { type: 'array', items: ref('ItemV2') },
  form: { type: 'object' },
  agentTransfer: flag,
  sessionId: text,
  traceId: text,
  pollId: { ...text, description: 'There is more, or will be: GET …/poll/{pollId}' },
  ...endOfTask,
  ...burst,
});

/** How an asynchronous message is acknowledged. */
export const acceptedV2 = object(['status', '_v', 'traceId'], {
  status: { const: 'ok' },
  _v: { const: 'v2' },
  traceId: text,
});

export const partsV2 = { ItemV2: itemV2 };
