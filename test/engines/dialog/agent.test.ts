import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelPrompt } from '../../../src/engines/dialog/deps.js';
import { LanguageModelError } from '../../../src/engines/dialog/language-model.js';
import type { Json } from '../../../src/json.js';
import { agent, appointment } from './agent-bots.js';
import { bot, message } from './bot-builder.js';
import { FAILURE, replies, talk } from './talk.js';

/** A model that answers in order, and then with the last answer. */
function model(...answers: (string | Error | { [key: string]: Json })[]) {
  const asked: ModelPrompt[] = [];
  return {
    asked,
    languageModel: {
      complete: async (prompt: ModelPrompt) => {
        const answer = answers[Math.min(asked.length, answers.length - 1)] ?? '';
        asked.push(prompt);
        if (answer instanceof Error) throw answer;
        return typeof answer === 'string' ? answer : JSON.stringify(answer);
      },
    },
  };
}
const ongoing = (said: string, entities: Json = {}) => ({ bot: said, entities, conv_status: 'ongoing', exit: null });
const ended = (said: string, entities: Json = {}, exit: Json = null) => ({
  bot: said,
  entities,
  conv_status: 'ended',
  exit,
});
const ALL = { patientName: 'Ada Lovelace', contactNumber: '+14155552671', preferredDate: '29-01-2027' };
const clinic = (more: Parameters<typeof bot>[0] = {}, node = agent(), file = {}) =>
  bot({ Book: appointment(node), ...more }, file);

describe('an agent node', () => {
  it('lets the model talk until it has all values, and goes on with them', async () => {
    const { asked, languageModel } = model(
      ongoing('Who is it for?'),
      ongoing('When?', { patientName: 'Ada Lovelace', contactNumber: '+14155552671' }),
      ended('Thank you.', { preferredDate: '29-01-2027' }),
    );
    const conversation = talk(clinic(), { languageModel });
    expect(await replies(conversation, 'book')).toEqual(['Who is it for?']);
    expect(await replies(conversation, 'Ada Lovelace, +1 415 555 2671')).toEqual(['When?']);
    const { texts, end, trace, pauses } = await conversation.say('29-01-2027');
    expect(texts).toEqual(['Thank you.', 'Booked: Ada Lovelace, +14155552671, 29-01-2027']);
    expect(end.endOfTask?.reason).toBe('Fulfilled');
    expect(pauses).toBe(1);
    expect(trace).toContainEqual(expect.objectContaining({ kind: 'language_model', node: 'Agent', status: 200 }));
    expect(asked[2]).toMatchObject({ model: 'GPT-4o', temperature: 0.7, maxTokens: 1068 });
    expect(asked[2]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(asked[2]?.messages[3]?.content).toContain('When?');
    const system = asked[2]?.system ?? '';
    expect(system).toContain('You work for a clinic.');
    expect(system).toContain('- contactNumber (phone number; required)');
    expect(system).toContain('1. The name has a first and a last name.');
    expect(system).toContain('more than 5 appointments');
    expect(system).toContain('Known so far (data): {"patientName":"Ada Lovelace","contactNumber":"+14155552671"}');
    expect(system).toContain('Still missing: preferredDate');
  });

  it('fills in the variables of its texts, but no secured one', async () => {
    const { asked, languageModel } = model(ended('', ALL));
    const program = clinic(
      {},
      agent({ systemContext: 'For {{context.session.UserContext.firstName}} of {{env.CLINIC}}: {{env.KEY}}.' }),
    );
    const conversation = talk(program, { languageModel }, { userInfo: { firstName: 'Ada' }, env: { CLINIC: 'West' } });
    await conversation.say('book');
    expect(asked[0]?.system).toContain('For Ada of West: .');
  });

  it('takes no undeclared value, none of another type, and no end before all required ones are there', async () => {
    const { asked, languageModel } = model(
      ended('Done!', { ...ALL, contactNumber: 'you know it', price: 0, __proto__: { x: 1 } }),
      ended('', { contactNumber: ['+14155552671'] }),
    );
    const conversation = talk(clinic(), { languageModel });
    expect(await replies(conversation, 'book')).toEqual(['Done!']);
    const context = conversation.session.context as { AI_Assisted_Dialogs?: { Agent: { entities: object[] } } };
    const { contactNumber: _, ...rest } = ALL;
    expect(context.AI_Assisted_Dialogs?.Agent.entities).toEqual([rest]);
    expect(await replies(conversation, 'sorry')).toEqual([`Booked: ${Object.values(ALL).join(', ')}`]);
    expect(asked[1]?.system).toContain('Not of their type, ask for them again: contactNumber');
  });

  it('ends without its optional values', async () => {
    const dynamicEntities: Json[] = [
      { name: 'patientName', type: 'person_name' },
      { name: 'contactNumber', type: 'phone_number', required: false },
      { name: 'preferredDate', type: 'date', optional: true },
    ];
    const { languageModel } = model(ended('', { patientName: 'Ada Lovelace' }));
    expect(await replies(talk(clinic({}, agent({ dynamicEntities })), { languageModel }), 'book')).toEqual([
      'Booked: Ada Lovelace, , ',
    ]);
  });

  it('leaves by an exit that it declares, and by no other', async () => {
    const { languageModel } = model(ended('Bye', {}, 7), ended('max limit reached', {}, 1));
    const conversation = talk(clinic(), { languageModel });
    expect(await replies(conversation, 'book')).toEqual(['Bye']);
    expect(await replies(conversation, 'six of them')).toEqual(['Please call us for so many.']);
  });

  it('runs its scripts before the talk and after each answer, which may change what is said', async () => {
    const node = agent(
      { systemContext: '{{context.clinic}}' },
      'done',
      {},
      {
        preProcessorScript: encodeURIComponent('context.clinic = "East";'),
        postProcessorScript: encodeURIComponent(
          'context.n = (context.n || 0) + 1; context.AI_Assisted_Dialogs.bot_response.bot += " (" + context.n + ")";',
        ),
      },
    );
    const { asked, languageModel } = model(ongoing('Who?'), ended('Fine.', ALL));
    const conversation = talk(clinic({}, node), { languageModel });
    expect(await replies(conversation, 'book')).toEqual(['Who? (1)']);
    expect((await replies(conversation, 'Ada'))[0]).toBe('Fine. (2)');
    expect(asked[0]?.system).toMatch(/^East/);
  });

  it('ends the task after as many messages as it allows, or goes on where it says', async () => {
    const limited = (more: object) => ({ eventOptions: { defaultMaxRetry: { retry_limit: 2, ...more } } });
    const { languageModel } = model(ongoing('What?'));
    const first = talk(clinic({}, agent({}, 'done', limited({ action: 'endOfDialog' }))), { languageModel });
    expect(await replies(first, 'book', 'hm')).toEqual(['What?']);
    const { texts, end } = await first.say('hm');
    expect(texts[0]).toContain('I have stopped this task');
    expect(end.endOfTask?.reason).toBe('Failed');
    const program = clinic({}, agent({}, 'done', limited({ action: 'transition', transitionTo: 'many' })));
    expect(await replies(talk(program, { languageModel }), 'book', 'hm', 'hm')).toEqual([
      'Please call us for so many.',
    ]);
  });

  it('is cancelled, interrupted by another task and by a question, and asks again after them', async () => {
    const knowledgeTasks = [
      {
        language: 'en',
        faqs: {
          faqs: [{ refId: 'q', question: 'Where are you', responseType: 'message', answer: [{ text: 'In town.' }] }],
        },
      },
    ];
    const interruptOptions = { interruptsEnabled: true, holdUxOptions: { option: 'holdCurrTask', message: '' } };
    const program = clinic({ 'Check weather': { m: message('Sunny.') } }, agent(), {
      knowledgeTasks,
      interruptOptions,
    });
    const { asked, languageModel } = model(ongoing('Who is it for?'), ended('', ALL));
    const conversation = talk(program, { languageModel });
    await conversation.say('book');
    expect((await conversation.say('where are you')).texts).toEqual(['In town.', 'Who is it for?']);
    const weather = await replies(conversation, 'check weather');
    expect(weather[0]).toBe('Sunny.');
    expect(weather.at(-1)).toBe('Who is it for?');
    expect(asked).toHaveLength(1);
    expect((await conversation.say('cancel')).texts[0]).toContain('I have stopped');
    expect(conversation.session.engine).toMatchObject({ dialog: { frames: [] } });
  });

  it('never fills in what the model says, whoever talked it into that', async () => {
    const { languageModel } = model(
      ongoing('{{env.SECRET}} {{1+1}}'),
      ended('', { ...ALL, patientName: '{{env.SECRET}}' }),
    );
    const conversation = talk(clinic(), { languageModel }, { env: { SECRET: 'secret' } });
    expect(await replies(conversation, 'book')).toEqual(['{{env.SECRET}} {{1+1}}']);
    expect((await replies(conversation, 'me'))[0]).toMatch(/^Booked: \{\{env.SECRET\}\}/);
  });

  it('shows the model the last messages only', async () => {
    const { asked, languageModel } = model(ongoing('Go on'));
    const conversation = talk(clinic({}, agent({ conversationHistoryLength: 4 })), { languageModel });
    await replies(conversation, 'book', 'one', 'two', 'x'.repeat(50_000));
    const shown = asked.at(-1)?.messages ?? [];
    expect(shown.length).toBeLessThanOrEqual(4);
    expect(shown[0]?.role).toBe('user');
    expect(shown.at(-1)?.content).toHaveLength(4000);
  });

  it('asks again for JSON once, and then fails', async () => {
    const once = model('Sure, who is it for?', ongoing('Who?'));
    expect(await replies(talk(clinic(), once), 'book')).toEqual(['Who?']);
    const never = model('Sure!', '{"bot": "Wh');
    const { texts, trace } = await talk(clinic(), never).say('book');
    expect(texts).toEqual([FAILURE]);
    expect(never.asked).toHaveLength(2);
    expect(trace).toContainEqual(expect.objectContaining({ kind: 'failure', internal: false }));
  });

  it('fails without a model and without an answer, or goes on where it says', async () => {
    expect(await replies(talk(clinic()), 'book')).toEqual([FAILURE]);
    const { languageModel } = model(new LanguageModelError(503, ''));
    const { texts, trace } = await talk(clinic(), { languageModel }).say('book');
    expect(texts).toEqual([FAILURE]);
    expect(trace).toContainEqual(expect.objectContaining({ kind: 'language_model', status: 503 }));
    const fallback = agent({ fallbackBehavior: { action: 'skip', node: 'many' } });
    expect(await replies(talk(clinic({}, fallback)), 'book')).toEqual(['Please call us for so many.']);
  });

  it('survives whatever a model answers, and keeps declared values only', async () => {
    const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
    const values = fc.dictionary(fc.constantFrom(...Object.keys(ALL), 'price', '__proto__', 'constructor'), json);
    const shaped = fc.record(
      {
        bot: json,
        entities: fc.oneof(values, fc.array(values), json),
        conv_status: fc.oneof(fc.constantFrom('ended', 'ongoing'), json),
        exit: json,
      },
      { requiredKeys: [] },
    );
    const answers = fc.array(
      fc.oneof(
        fc.string(),
        shaped.map((value) => JSON.stringify(value)),
      ),
      { minLength: 1, maxLength: 6 },
    );
    const program = clinic();
    await fc.assert(
      fc.asyncProperty(answers, async (given) => {
        const conversation = talk(program, model(...given));
        for (const text of ['book', 'one', 'two', 'three']) {
          const { trace, end } = await conversation.say(text);
          expect(trace.filter((entry) => entry.kind === 'failure' && entry.internal === true)).toEqual([]);
          const context = end.session.context as { AI_Assisted_Dialogs?: { Agent?: { entities: object[] } } };
          for (const part of context.AI_Assisted_Dialogs?.Agent?.entities ?? [])
            expect(Object.keys(ALL)).toEqual(expect.arrayContaining(Object.keys(part)));
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe('a search node', () => {
  const knowledgeTasks = [
    {
      language: 'en',
      faqs: {
        faqs: [
          { refId: 'q', question: 'When do you open', responseType: 'message', answer: [{ text: 'At nine.' }] },
          { refId: 'p', question: 'Where can I park', responseType: 'message', answer: [{ text: 'In the yard.' }] },
        ],
      },
    },
  ];
  const search = (generativeAI: object, next = 'm') => ({
    type: 'searchai',
    component: { generativeAI: generativeAI as never },
    next,
  });
  const program = (result: object) =>
    bot(
      {
        Ask: {
          S: search({
            searchConfig: { type: 'last_response', query: 'last_response' },
            resultConfig: { answerSearch: true, ...result },
          }),
          m: message('Kept: {{context.SearchAINode.S.response.answer}}'),
        },
      },
      { knowledgeTasks },
    );
  it('answers from the questions of the bot, and says it or keeps it', async () => {
    const { asked, languageModel } = model('From nine.');
    expect(await replies(talk(program({}), { languageModel }), 'ask')).toEqual(['From nine.', 'Kept: From nine.']);
    expect(asked[0]?.messages).toEqual([{ role: 'user', content: 'ask' }]);
    const kept = program({ responseType: 'storeInContext' });
    expect(await replies(talk(kept, { languageModel }), 'ask')).toEqual(['Kept: From nine.']);
  });
  it('says that it does not know, and fails without a model', async () => {
    const { languageModel } = model('NO_ANSWER');
    const [first, second] = await replies(talk(program({}), { languageModel }), 'ask');
    expect(first).toContain('did not understand');
    expect(second).toBe('Kept: ');
    expect(await replies(talk(program({})), 'ask')).toEqual([FAILURE]);
  });
});

describe('a dynamic intent', () => {
  const program = (component: object) =>
    bot({
      Go: {
        D: { type: 'dynamicIntent', component: component as never, next: 'm' },
        m: message('Back.'),
      },
      'Pay bill': { a: message('Paid.') },
    });
  it('calls the dialog that a text names, without a language model', async () => {
    expect(await replies(talk(program({ targetIntentName: 'pay BILL' })), 'go')).toEqual(['Paid.', 'Back.']);
    const variable = { intentText: '{{context.session.UserContext.wish}}' };
    expect(await replies(talk(program(variable), {}, { userInfo: { wish: 'Pay bill' } }), 'go')).toEqual([
      'Paid.',
      'Back.',
    ]);
  });
  it('passes over a name that nothing has, or fails where it says so', async () => {
    expect(await replies(talk(program({ targetIntentName: 'fly' })), 'go')).toEqual(['Back.']);
    const failing = { targetIntentName: 'fly', errorTransition: 'triggerTaskFailure' };
    expect(await replies(talk(program(failing)), 'go')).toEqual([FAILURE]);
  });
});
