import { burst, endOfTask, flag, object, text } from './openapi-parts.js';
import { definitions, envelope, formData, messageName } from './webhook-parts.js';

/** JSON Schema (draft 7) of the bodies of the first hook version, as the ingress checks them and /openapi.json shows them. */
export const webhookV1 = {
  $id: 'webhook-v1',
  title: 'A message to a webhook channel, first version',
  description:
    'As documented for the platform this server is compatible with. Unknown keys are tolerated. The same may come with `text` and `attachments` at the top instead of `message`, and either form wrapped in `payload`.',
  type: 'object',
  required: ['message', 'from'],
  properties: {
    ...envelope,
    message: {
      type: 'object',
      properties: {
        id: messageName,
        text: {
          type: 'string',
          maxLength: 100000,
        },
        attachments: {
          $ref: '#/definitions/attachments',
        },
        formData,
      },
      anyOf: [
        {
          required: ['text'],
        },
        {
          required: ['formData'],
        },
      ],
    },
  },
  definitions,
};

/** The body of an answer in the first hook version. */
export const answerV1 = object(['text'], {
  text: {
    description: 'One message: a string; several, or a template: an array; nothing: ""',
    anyOf: [text, { type: 'array', items: { type: ['string', 'object'] } }],
  },
  form: { type: 'object' },
  agentTransfer: flag,
  pollId: text,
  ...endOfTask,
  ...burst,
});
