/** What the bodies of both hook versions share, as JSON Schema (draft 7). */

export const session = {
  type: ['object', 'null'],
  properties: {
    'new': {
      type: 'boolean',
      description: 'true: drop the running session and start a new one',
    },
    id: {
      type: ['string', 'null'],
      maxLength: 256,
      description: 'The sessionId of a former reply; informational, the conversation decides',
    },
  },
};

/** What the caller calls the message. */
export const messageName = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description: 'Makes a repeated POST safe, like the Idempotency-Key header',
};

export const from = {
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
};

export const to = {
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
};

export const formData = {
  type: 'object',
  required: ['formId'],
  properties: {
    formId: {
      type: 'string',
      minLength: 1,
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
};

/** The same in every body: whatever identifies or describes the message, its user and its session. */
export const envelope = {
  session,
  from,
  to,
  mergeIdentity: {
    type: ['boolean', 'string', 'null'],
    maxLength: 10,
  },
  preferredChannelForResponse: {
    type: ['string', 'null'],
    maxLength: 256,
    description: 'Name, id or type of another channel of the bot, whose overrides are used',
  },
  metaTags: {
    type: ['object', 'null'],
    properties: {
      userLevelTags: { $ref: '#/definitions/tags' },
      sessionLevelTags: { $ref: '#/definitions/tags' },
      messageLevelTags: { $ref: '#/definitions/tags' },
    },
  },
  userLevelTags: { $ref: '#/definitions/tags' },
  sessionLevelTags: { $ref: '#/definitions/tags' },
  messageLevelTags: { $ref: '#/definitions/tags' },
  customData: {
    description: 'Any value; the bot finds it at context.session.BotUserSession.lastMessage.customData',
  },
};

export const definitions = {
  attachments: {
    type: ['array', 'object', 'string', 'null'],
    description: 'An empty object or string, as the mobile SDKs of the platform send: none',
    maxItems: 100,
    maxProperties: 0,
    maxLength: 0,
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
  tags: {
    type: ['array', 'null'],
    maxItems: 100,
    items: {
      type: 'object',
      required: ['name'],
      properties: {
        name: {
          type: 'string',
          maxLength: 256,
          description: 'Blank, as in the samples that callers start from: no tag',
        },
        value: {
          type: ['string', 'number', 'boolean', 'null'],
          maxLength: 1024,
        },
      },
    },
  },
};
