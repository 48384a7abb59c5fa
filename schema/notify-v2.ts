const value = {
  type: ['string', 'object'],
  minLength: 1,
  maxLength: 100000,
};

const content = {
  type: 'object',
  required: ['type', 'value'],
  properties: {
    type: {
      type: 'string',
      enum: ['text', 'template', 'script'],
    },
    value,
  },
};

const userId = {
  type: ['string', 'number'],
  minLength: 1,
  maxLength: 256,
};

/** JSON Schema (draft 7) of a proactive job, as the ingress checks it and /openapi.json shows it. */
export const notifyV2 = {
  $id: 'notify-v2',
  title: 'A message of the bot to users of an asynchronous webhook channel',
  type: 'object',
  required: ['identities'],
  properties: {
    channel: {
      type: 'string',
      enum: ['ivr'],
    },
    webhookInstanceName: {
      type: ['string', 'null'],
      maxLength: 256,
      description: 'Which webhook channel of the bot, by name or id; the default one when absent',
    },
    userIdentityType: {
      type: ['string', 'null'],
      maxLength: 64,
    },
    content,
    identities: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: {
        type: 'object',
        description: 'The user as `from.id` names it, in one of `id`, `userId`, `email`, `phoneNumber`',
        anyOf: ['id', 'userId', 'email', 'phoneNumber'].map((name) => ({ required: [name] })),
        properties: {
          id: userId,
          userId,
          email: userId,
          phoneNumber: userId,
          customMessage: {
            anyOf: [{ type: 'null' }, { type: 'string', minLength: 1, maxLength: 100000 }, content],
            description: 'Instead of `content`, for this user',
          },
          parameters: {
            type: ['object', 'null'],
            description: 'What `{{…}}` in the content stands for',
          },
        },
      },
    },
  },
};
