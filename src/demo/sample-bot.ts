/**
 * A small bot in the export format of the platform: small talk, a question with an answer, and a task that asks for an
 * order number and ends with a message that uses the caller's customData.
 */
export const sampleBot = {
  _id: 'st-5f2c1f0e-6b1d-5c3a-9e4f-1a2b3c4d5e6f',
  refId: 'bot-orders',
  type: 'default',
  defaultLanguage: 'en',
  supportedLanguages: ['en'],
  localeData: { en: { name: 'Orders', description: 'Tells where an order is' } },
  sessionInactiveTime: 900_000,
  channels: [],
  dialogs: [
    {
      _id: 'dg-order',
      refId: 'dialog-order',
      lname: 'order status',
      localeData: { en: { name: 'Order status', shortDesc: 'Where is my order?' } },
      nodes: [
        node('intent0', 'intent', 'dc-intent', 'number'),
        node('number', 'entity', 'dc-number', 'answer'),
        node('answer', 'message', 'dc-answer', 'end'),
      ],
    },
  ],
  dialogComponents: [
    {
      _id: 'dc-intent',
      refId: 'intent-order',
      type: 'intent',
      name: 'Order status',
      dialogId: 'dg-order',
      localeData: { en: { intent: 'order status' } },
    },
    {
      _id: 'dc-number',
      refId: 'entity-number',
      type: 'entity',
      name: 'orderNumber',
      entityType: 'number',
      localeData: { en: { label: 'order number' } },
      message: said('What is your order number?'),
      errorMessage: said('That is not a number. Please enter your order number.'),
    },
    {
      _id: 'dc-answer',
      refId: 'message-answer',
      type: 'message',
      name: 'answer',
      message: said(
        'Order {{context.entities.orderNumber}} is on its way, {{context.session.BotUserSession.lastMessage.customData.name}}.',
      ),
    },
  ],
  sentences: [
    { taskId: 'dc-intent', sentence: 'where is my order', type: 'DialogIntent', language: 'en', entities: [] },
  ],
  smallTalk: [
    {
      language: 'en',
      groups: [
        {
          groupName: 'greetings',
          nodes: [
            talk('hello', ['hi', 'hello'], 'Hello! Ask me where your order is.'),
            talk('thanks', ['thanks', 'thank ~you'], "You're welcome."),
          ],
        },
      ],
    },
  ],
  knowledgeTasks: [
    {
      _id: 'kt-1',
      refId: 'knowledge',
      language: 'en',
      isGraph: true,
      taxonomy: [],
      faqs: {
        faqs: [
          {
            refId: 'faq-hours',
            question: 'when are you open',
            alternateQuestions: [{ question: 'what are your opening hours' }],
            answer: [{ text: 'We are open every day from 9 to 18.', type: 'basic', channel: 'default' }],
            alternateAnswers: [],
            responseType: 'message',
          },
        ],
        nodes: [],
        synonyms: {},
      },
    },
  ],
  botEvents: {},
};

function node(nodeId: string, type: string, componentId: string, next: string) {
  return { nodeId, type, componentId, transitions: [{ default: next }], nodeOptions: {} };
}

function said(text: string) {
  return [{ channel: 'default', localeData: { en: { type: 'basic', text: encodeURIComponent(text) } } }];
}

function talk(refId: string, utterances: string[], answer: string) {
  return {
    nodeId: `smn-${refId}`,
    refId: `small-talk-${refId}`,
    userUtterances: utterances.map((text) => ({ text })),
    botUtterances: [{ channel: 'default', type: 'basic', text: answer }],
  };
}
