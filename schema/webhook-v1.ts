/** JSON Schema (draft 7) of the bodies of the first hook version, as the ingress checks them and /openapi.json shows them. */
export const webhookV1 = {
  $id: 'webhook-v1',
  title: 'A message to a webhook channel, first version',
  description:
    'As documented for the platform this server is compatible with. Unknown keys are tolerated. The same may come with `text` and `attachments` at the top instead of `message`, and either form wrapped in `payload`.',
  type: 'object',
  required: ['message', 'from'],
  properties: {
    session: {
      type: 'object',
      properties: {
        'new': {
          type: 'boolean',
          description: 'true: drop the running session and start a new one',
        },
      },
    },
    message: {
      type: 'object',
      properties: {
        id: {
          type: 'string',
          minLength: 1,
          maxLength: 255,
          description: 'Makes a repeated POST safe, like the Idempotency-Key header',
        },
        text: {
          type: 'string',
          maxLength: 100000,
        },
        attachments: {
          $ref: '#/definitions/attachments',
        },
        formData: {
          type: 'object',
          required: ['formId'],
          properties: {
            formId: {
              type: 'string',
              maxLength: 256,
            },
            data: {
              type: 'array',
              maxItems: 1000,
            },
            meta: {
              type: 'object',
            },
          },
        },
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
    from: {
      type: 'object',
      required: ['id'],
      properties: {
        id: {
          type: ['string', 'number'],
          minLength: 1,
          maxLength: 256,
          description: "The conversation's key; a number is taken as its text",
        },
        userInfo: {
          type: ['object', 'null'],
        },
      },
    },
    to: {
      type: ['object', 'string', 'null'],
      maxLength: 256,
      properties: {
        id: {
          type: ['string', 'number', 'null'],
          maxLength: 256,
        },
        groupInfo: {
          type: ['object', 'null'],
          properties: {
            id: {
              type: ['string', 'number', 'null'],
              maxLength: 256,
            },
            name: {
              type: ['string', 'null'],
              maxLength: 1000,
            },
          },
        },
      },
    },
    mergeIdentity: {
      type: ['boolean', 'string', 'null'],
      maxLength: 10,
    },
    preferredChannelForResponse: {
      type: ['string', 'null'],
      maxLength: 256,
    },
    customData: {
      description: 'Any value; the bot finds it at context.session.BotUserSession.lastMessage.customData',
    },
  },
  definitions: {
    attachments: {
      type: ['array', 'null'],
      maxItems: 100,
      items: {
        anyOf: [
          {
            type: 'string',
            minLength: 1,
            maxLength: 4096,
          },
          {
            type: 'object',
            properties: {
              url: {
                type: 'string',
                maxLength: 4096,
              },
              fileId: {
                type: 'string',
                maxLength: 256,
              },
              fileType: {
                type: 'string',
                maxLength: 256,
              },
              fileName: {
                type: 'string',
                maxLength: 1024,
              },
            },
          },
        ],
      },
    },
  },
};
