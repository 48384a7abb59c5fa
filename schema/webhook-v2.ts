import { definitions, envelope, formData, messageName } from './webhook-parts.js';

const language = {
  type: ['string', 'null'],
  pattern: '^([A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3})?$',
  description: 'Switches the language of the conversation',
};

/** Checks `val` when `type` is this one. */
const valOf = (type: string, val: object) => ({
  if: { properties: { type: { const: type } }, required: ['type'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { properties: { val } },
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
      required: ['type', 'val'],
      properties: {
        id: messageName,
        type: {
          type: 'string',
          enum: ['text', 'template', 'event', 'formData'],
        },
        val: {
          description: 'A string for text and event, an object for template and formData',
        },
        attachments: {
          $ref: '#/definitions/attachments',
        },
      },
      allOf: [
        valOf('text', { type: 'string', maxLength: 100000, pattern: '\\S' }),
        valOf('event', { type: 'string', minLength: 1, maxLength: 256 }),
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
