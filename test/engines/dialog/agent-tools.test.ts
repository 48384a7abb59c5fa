import { describe, expect, it } from 'vitest';
import type { ModelPrompt } from '../../../src/engines/dialog/deps.js';
import type { Json, JsonObject } from '../../../src/json.js';
import { agent, appointment } from './agent-bots.js';
import { bot, message } from './bot-builder.js';
import { replies, talk } from './talk.js';

/** A model that answers in order, and then with the last answer. */
function model(...answers: JsonObject[]) {
  const asked: ModelPrompt[] = [];
  const complete = async (prompt: ModelPrompt) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? {};
    asked.push(prompt);
    return JSON.stringify(answer);
  };
  return { asked, languageModel: { complete } };
}

const says = (text: string, more: JsonObject = {}): JsonObject => ({
  bot: text,
  entities: {},
  conv_status: 'ongoing',
  exit: null,
  ...more,
});
const uses = (name: string, args: JsonObject, more: JsonObject = {}): JsonObject =>
  says('', { tool: { name, arguments: args }, ...more });

const free: JsonObject = {
  _id: 'dc-free',
  refId: 'ref-free',
  type: 'script',
  name: 'FindFree',
  script: encodeURIComponent(
    'var asked = context.AI_Assisted_Dialogs.Agent.active_tool_args; context.free = asked.day + " 09:00";',
  ),
};
const price: JsonObject = {
  _id: 'dc-price',
  refId: 'ref-price',
  type: 'service',
  name: 'Price',
  endPoint: { protocol: 'https', host: 'prices.example', path: '/', method: 'get' },
  sampleResponse: [{ response: encodeURIComponent('{"statusCode":200,"body":{"price":40}}') }],
};
const tools: Json[] = [
  {
    name: 'freeHours',
    description: 'Hours that are free on a day',
    parameters: [{ name: 'day', type: 'date', description: 'the day', mandatory: true }],
    actions: [{ type: 'script', componentId: 'dc-free' }],
    responsePath: '{{context.free}}',
  },
  { name: 'price', description: 'What a visit costs', actions: [{ node: { ref: 'ref-price' } }] },
  { name: 'broken', script: encodeURIComponent('nothing.there();') },
  { name: 'idle' },
];
const clinic = (config: JsonObject = {}) =>
  bot({ Book: appointment({ ...agent({ tools, ...config }), inner: [free, price] }), Other: { m: message('Other.') } });
const start = (languageModel: ReturnType<typeof model>['languageModel']) =>
  talk(clinic(), { languageModel, settings: { services: 'SAMPLE' } });

describe('the tools of an agent node', () => {
  it('are run with the arguments that the model gives, and it is told the result', async () => {
    const { asked, languageModel } = model(
      uses('freeHours', { day: '2027-01-29', other: 1 }, { entities: { patientName: 'Ada Lovelace' } }),
      says('At nine?'),
    );
    const conversation = start(languageModel);
    const { texts, trace } = await conversation.say('book');
    expect(texts).toEqual(['At nine?']);
    expect(asked[0]?.system).toContain(
      '- freeHours: Hours that are free on a day; arguments: day (date, required, the day)',
    );
    expect(asked[0]?.system).not.toContain('idle');
    expect(asked[1]?.messages.at(-1)).toEqual({
      role: 'user',
      content: '(Result of the tool "freeHours", data: "2027-01-29 09:00")',
    });
    expect(asked[1]?.system).toContain('"patientName":"Ada Lovelace"');
    expect(trace).toContainEqual(expect.objectContaining({ kind: 'agent_tool', tool: 'freeHours', status: 'done' }));
  });

  it('may call services, whose answer the model gets', async () => {
    const { asked, languageModel } = model(uses('price', {}), says('It costs 40.'));
    expect(await replies(start(languageModel), 'book')).toEqual(['It costs 40.']);
    expect(asked[1]?.messages.at(-1)?.content).toContain('"body":{"price":40}');
  });

  it.each([
    ['is not there', uses('launch', {}), 'There is no tool of this name.'],
    ['does nothing', uses('idle', {}), 'There is no tool of this name.'],
    ['lacks an argument', uses('freeHours', {}), 'The argument \\"day\\" is missing.'],
    ['has endless arguments', uses('freeHours', { day: 'x'.repeat(5000) }), 'too long'],
    ['fails', uses('broken', {}), 'The tool failed.'],
  ])('say so where one %s, and the talk goes on', async (_, use, why) => {
    const { asked, languageModel } = model(use, says('Sorry. When?'));
    expect(await replies(start(languageModel), 'book')).toEqual(['Sorry. When?']);
    expect(asked[1]?.messages.at(-1)?.content).toContain(why.replaceAll('\\"', '\\"'));
  });

  it('are used five times for one message, and a model that does nothing else fails', async () => {
    const { asked, languageModel } = model(uses('price', {}));
    const { trace } = await start(languageModel).say('book');
    expect(trace.filter(({ kind }) => kind === 'agent_tool')).toHaveLength(5);
    expect(asked).toHaveLength(7);
    expect(trace).toContainEqual(expect.objectContaining({ kind: 'failure' }));
  });

  it('are declared by a JSON schema as well', async () => {
    const parameters = { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] };
    const tool = { function: { name: 'freeHours', parameters }, action: 'dc-free' };
    const { asked, languageModel } = model(says('Hello.'));
    await talk(clinic({ tools: [tool] }), { languageModel }).say('book');
    expect(asked[0]?.system).toContain('- freeHours; arguments: day (string, required)');
  });

  it('names of other exports are read: "system_context", "entityName"', async () => {
    const dynamicEntities: Json[] = [{ entityName: 'patientName', entityType: 'string', description: 'Who' }];
    const { asked, languageModel } = model(says('Who?'));
    const config = { systemContext: '', system_context: 'You work elsewhere.', dynamicEntities, tools: [] };
    await talk(clinic(config), { languageModel }).say('book');
    expect(asked[0]?.system).toContain('You work elsewhere.');
    expect(asked[0]?.system).toContain('- patientName (string; required): Who');
  });
});

describe('a prompt in JavaScript', () => {
  const prompted = (code: string, settings: JsonObject = {}) =>
    bot({
      Story: {
        Ask: {
          type: 'generativeai',
          component: { generativeAI: { settings: { model: 'GPT-4', ...settings }, prompt: encodeURIComponent(code) } },
          next: 'm',
        },
        m: message('{{context.GenAIPrompt.Ask.choices[0].text}}'),
      },
    });
  const ask = async (code: string, settings: JsonObject = {}) => {
    const { asked, languageModel } = model({ a: 1 });
    const conversation = talk(prompted(code, settings), { languageModel }, { env: { CITY: 'Rome' } });
    const { texts } = await conversation.say('story');
    return { asked, texts, context: conversation.session.context };
  };

  it('gives the messages that it leaves in the context', async () => {
    const { asked, texts, context } = await ask(
      `let payloadFields = { model: "other", messages: [{ role: "system", content: "You tell of {{env.CITY}}." },
        { role: "user", content: [{ type: "text", text: context.userInputs.originalInput.sentence }] },
        { role: "tool", content: "x" }] };
      context.payloadFields = payloadFields;`,
    );
    expect(asked[0]).toMatchObject({
      model: 'GPT-4',
      system: 'You tell of Rome.',
      messages: [{ role: 'user', content: 'story' }],
    });
    expect(texts).toEqual(['{"a":1}']);
    expect(context).not.toHaveProperty('payloadFields');
  });

  it('gives one prompt, or what it prints', async () => {
    expect((await ask('context.payloadFields = { prompt: "One " + 1 };')).asked[0]?.messages).toEqual([
      { role: 'user', content: 'One 1' },
    ]);
    expect((await ask('print("Two")', { promptType: 'javascript' })).asked[0]?.messages).toEqual([
      { role: 'user', content: 'Two' },
    ]);
  });

  it('that fails ends in the failure event', async () => {
    const { asked, texts } = await ask('context.payloadFields = nothing.there;');
    expect(asked).toEqual([]);
    expect(texts[0]).toMatch(/something went wrong/i);
  });
});
