import { describe, expect, it } from 'vitest';
import type { DataTables } from '../../../src/engines/dialog/deps.js';
import type { JsonObject } from '../../../src/json.js';
import { bot, entity, list, message } from './bot-builder.js';
import { FAILURE, replies, talk } from './talk.js';

describe('interruptions', () => {
  const dialogs = {
    'Book room': { N: entity('number', 'How many nights?', 'b'), b: message('Booked {{context.entities.N}}') },
    'Check weather': { C: entity('city', 'Where?', 'b'), b: message('Sunny in {{context.entities.C}}') },
  };
  const knowledge = {
    smallTalk: [
      {
        language: 'en',
        groups: [
          {
            groupName: 'g',
            nodes: [
              {
                nodeId: 'n',
                refId: 'r',
                seq: 0,
                userUtterances: [{ text: '~emohello' }],
                botUtterances: [{ channel: 'default', text: 'Hi!', type: 'basic' }],
              },
            ],
          },
        ],
      },
    ],
    knowledgeTasks: [
      {
        language: 'en',
        faqs: {
          faqs: [
            {
              refId: 'f',
              question: 'Is breakfast included?',
              answer: [{ text: 'Yes, 100% of it.', type: 'basic', channel: 'default' }],
              alternateAnswers: [[{ text: 'It is.', type: 'basic', channel: 'ivr' }]],
            },
          ],
        },
      },
    ],
  };
  const hold = (option: string) => ({
    ...knowledge,
    interruptOptions: { interruptsEnabled: true, holdUxOptions: { option, message: '' } },
  });

  it('drop the running task where the bot discards', async () => {
    const conversation = talk(bot(dialogs, hold('discardCurrTaskNoNotify')));
    expect(await replies(conversation, 'book room', 'check weather')).toEqual(['Where?']);
    expect(await replies(conversation, 'Oslo')).toEqual(['Sunny in Oslo']);
    expect(await replies(conversation, '3')).toEqual([
      'Sorry, I did not understand that. Could you put it another way?',
    ]);
  });

  it('hold the running task and come back to its question', async () => {
    const conversation = talk(bot(dialogs, hold('holdCurrTask')));
    expect(await replies(conversation, 'book room', 'check weather', 'Oslo')).toEqual([
      'Sunny in Oslo',
      'Back to "Book room".',
      'How many nights?',
    ]);
    expect(await replies(conversation, '3')).toEqual(['Booked 3']);
  });

  it('go on with the running task where the bot says so, and begin the other one afterwards', async () => {
    const conversation = talk(bot(dialogs, hold('continueCurrTask')));
    expect(await replies(conversation, 'book room', 'check weather')).toEqual(['How many nights?']);
    expect(await replies(conversation, '3')).toEqual(['Booked 3', 'Where?']);
    expect(await replies(conversation, 'Oslo')).toEqual(['Sunny in Oslo']);
  });

  it('answer questions and small talk in between, and ask again', async () => {
    const conversation = talk(bot(dialogs, hold('discardCurrTaskNoNotify')));
    expect(await replies(conversation, 'book room', 'hello')).toEqual(['Hi!', 'How many nights?']);
    expect(await replies(conversation, 'is breakfast included')).toEqual(['It is.', 'How many nights?']);
    expect(await replies(conversation, 'is breakfast included', '4')).toEqual(['Booked 4']);
  });

  it('end the task on request', async () => {
    const conversation = talk(bot(dialogs, knowledge));
    const { texts, end } = await (async () => {
      await conversation.say('book room');
      return conversation.say('cancel');
    })();
    expect(texts).toEqual(['Alright, I have stopped "Book room".']);
    expect(end.endOfTask?.reason).toBe('Canceled');
  });

  it('never take the answer to an open question away', async () => {
    const program = bot(
      { ...dialogs, Note: { T: entity('label', 'Text?', 'b'), b: message('Noted {{context.entities.T}}') } },
      knowledge,
    );
    expect(await replies(talk(program), 'note', 'check weather')).toEqual(['Noted check weather']);
  });
});

describe('forms', () => {
  const forms = [
    {
      _id: 'fm-1',
      refId: 'form-1',
      name: 'Address',
      displayName: 'Address',
      components: [{ _id: 'c-1', metaData: { key: 'street', displayName: 'Street', type: 'textField' } }],
    },
  ];
  const program = bot(
    {
      Go: {
        f: { type: 'form', component: { resourceId: 'form-1' }, next: 'b' },
        b: message('{{context.forms.Address.street}}'),
      },
    },
    { forms },
  );
  it('are a link, and wait for their data', async () => {
    const conversation = talk(program);
    expect((await conversation.say('go')).texts).toEqual([
      'Please click below to continue your conversation using a form:\nhttps://bot.example/forms/form-1',
    ]);
    expect((await conversation.say('not the form')).texts).toHaveLength(1);
    const filled = await conversation.say({
      type: 'formData',
      formId: 'fm-1',
      data: [{ componentId: 'c-1', input: 'Main St' }],
      meta: {},
    });
    expect(filled.texts).toEqual(['Main St']);
  });
});

it('hands over to a person, also where the file calls the node an intent', async () => {
  const program = bot({ Go: { t: { type: 'intent', component: { type: 'agentTransfer' } } } });
  const { texts, end } = await talk(program).say('go');
  expect(texts).toEqual(['I am connecting you to a person. One moment, please.']);
  expect(end.agentTransfer).toBe(true);
});

it('leaves it to the turn when the database of a data table does not answer: that is no failure of the bot', async () => {
  const away = () => Promise.reject(Object.assign(new Error('no answer'), { code: 'UNAVAILABLE' }));
  const component = {
    payload: {
      type: 'raw',
      value: encodeURIComponent(JSON.stringify({ resource: 'dataTable', name: 'People', method: 'query' })),
    },
    serviceType: 'table',
  };
  const program = bot({ Go: { Find: { type: 'service', component, next: 'b' }, b: message('found') } });
  const tables: DataTables = { query: away, insert: away, update: away, remove: away };
  await expect(talk(program, { tables }).say('go')).rejects.toThrow('no answer');
});

it('reads and writes data tables', async () => {
  const calls: unknown[] = [];
  const tables: DataTables = {
    query: async (_bot, table, filter, page) => {
      calls.push(['query', table, filter, page]);
      return { rows: [{ Name: 'Ada' }], total: 1 };
    },
    insert: async (_bot, table, row) => {
      calls.push(['insert', table, row]);
      return row;
    },
    update: async () => [],
    remove: async () => 0,
  };
  const payload = (value: JsonObject) => ({
    payload: { type: 'raw', value: encodeURIComponent(JSON.stringify(value)) },
    serviceType: 'table',
  });
  const program = bot({
    Go: {
      X: entity('label', 'Who?', 'Add'),
      Add: {
        type: 'service',
        component: payload({
          resource: 'dataTable',
          name: 'People',
          method: 'insert',
          data: { Name: '{{context.entities.X}}' },
        }),
        next: 'Find',
      },
      Find: {
        type: 'service',
        component: payload({
          resource: 'dataTable',
          name: 'People',
          method: 'query',
          query: {
            operator: 'and',
            expressions: [{ field: 'Name', operand: '=', value: '{{context.entities.X}}', type: 'string' }],
          },
          limit: 5,
        }),
        next: 'b',
      },
      b: message('{{context.Find.response.body.queryResult[0].Name}} of {{context.Find.response.body.total}}'),
    },
  });
  expect(await replies(talk(program, { tables }), 'go', 'Ada')).toEqual(['Ada of 1']);
  expect(calls).toEqual([
    ['insert', 'People', { Name: 'Ada' }],
    [
      'query',
      'People',
      { operator: 'and', expressions: [{ field: 'Name', operand: '=', value: 'Ada' }] },
      { skip: 0, limit: 5 },
    ],
  ]);
});

it('asks a language model where one is configured, and fails where none is', async () => {
  const generativeAI = {
    prompt: 'Tell of {{context.entities.X}}',
    settings: { system_context: 'Be kind', model: 'm', temperature: 0.5, max_tokens: 10 },
  };
  const program = bot({
    Go: {
      X: entity('label', 'Of what?', 'Gen'),
      Gen: { type: 'generativeai', component: { generativeAI }, next: 'b' },
      b: message('{{context.GenerativeAINode.Gen.text}}'),
    },
  });
  const asked: unknown[] = [];
  const languageModel = {
    complete: async (prompt: unknown) => {
      asked.push(prompt);
      return 'Once.';
    },
  };
  expect(await replies(talk(program, { languageModel }), 'go', 'cats')).toEqual(['Once.']);
  expect(asked).toEqual([
    {
      system: 'Be kind',
      messages: [{ role: 'user', content: 'Tell of cats' }],
      model: 'm',
      temperature: 0.5,
      maxTokens: 10,
    },
  ]);
  expect(await replies(talk(program), 'go', 'cats')).toEqual([FAILURE]);
});

describe('events', () => {
  const welcome = {
    enabled: true,
    action: 'showMsg',
    msg: [{ channel: 'default', localeData: { en: { type: 'basic', text: 'Welcome%21' } } }],
  };
  const ask = { enabled: true, action: 'triggerDialog', task: 'ref-dg-Lost' };
  const program = bot(
    { Go: { a: message('Going') }, Lost: { a: message('Lost?') } },
    { botEvents: { ON_CONNECT_EVENT: welcome, INTENT_UNIDENTIFIED: ask } },
  );
  it('greet who connects and run a dialog for what is not understood', async () => {
    const conversation = talk(program);
    expect((await conversation.say({ type: 'event', event: 'ON_CONNECT' })).texts).toEqual(['Welcome!']);
    const { texts, end } = await conversation.say('purple monkeys');
    expect(texts).toEqual(['Lost?']);
    expect(end.endOfTask).toMatchObject({ taskName: 'lost', reason: 'Fulfilled_Event' });
  });
  it.each([
    ['respondToUserInput', ['Going']],
    ['triggerWelcomeDialog', ['Welcome!']],
    ['displayWelcomeMsg', ['Welcome!', 'Going']],
  ])('treat a first message as the bot wants it: %s', async (task, texts) => {
    const WELCOME_MESSAGE_EVENT = { ...welcome, manageFirstMessage: { greetings: task, faq: task, task } };
    const greeting = bot({ Go: { a: message('Going') } }, { botEvents: { WELCOME_MESSAGE_EVENT } });
    const conversation = talk(greeting);
    expect((await conversation.say('go')).texts).toEqual(texts);
    expect((await conversation.say('go')).texts).toEqual(['Going']);
  });
  it('run a script that sees the contents of the bot', async () => {
    const event = { enabled: true, action: 'runScript', script: 'BotUserSession.put("hi", content.hi + env.X);' };
    const greeting = bot(
      { Go: { a: message('{{context.session.BotUserSession.hi}}') } },
      { botEvents: { ON_CONNECT_EVENT: event }, contentVariables: [{ key: 'hi', value: 'Hello' }] },
    );
    const conversation = talk(greeting, {}, { env: { X: '!' } });
    await conversation.say({ type: 'event', event: 'ON_CONNECT' });
    expect((await conversation.say('go')).texts).toEqual(['Hello!']);
  });
  it('close the session on request', async () => {
    expect((await talk(program).say({ type: 'event', event: 'SESSION_CLOSURE' })).end.closeSession).toBe(true);
  });
});

it("uses variables of the bot, content variables and texts of the user's language", async () => {
  const raw = {
    supportedLanguages: ['en', 'de'],
    contentVariables: [{ key: 'hi', localeData: { en: { value: 'Hello' }, de: { value: 'Hallo' } } }],
  };
  const program = bot({ Go: { a: message('{{content.hi}} {{env.WHO}}') } }, raw);
  expect((await talk(program, {}, { env: { WHO: 'you' } }).say('go')).texts).toEqual(['Hello you']);
});

it.each(['fr', 'constructor', '__proto__', 'toString', 'not a language'])(
  'speaks its own language to a caller who asks for one it does not know: %s',
  async (language) => {
    const program = bot(
      {
        Book: {
          Sure: { type: 'dialogAct', text: 'Sure?', next: [[{ dialogAct: 'yes' }, 'Which']] },
          Which: list([{ title: 'One', value: '1', synonyms: [] }], 'Which?', 'b'),
          b: message('{{content.hi}} {{context.entities.Which}}'),
        },
      },
      { contentVariables: [{ key: 'hi', localeData: { en: { value: 'Hello' } } }] },
    );
    const conversation = talk(program, {}, { language });
    expect((await conversation.say('help')).texts[0]).toContain('a) Book');
    expect(await replies(conversation, 'book', 'yes', 'one')).toEqual(['Hello 1']);
  },
);
