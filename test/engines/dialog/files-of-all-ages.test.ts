import { describe, expect, it } from 'vitest';
import { readDefinition } from '../../../src/definition/read.js';
import { unwrap } from '../../../src/definition/unwrap.js';
import type { Json, JsonObject } from '../../../src/json.js';
import { bot, call, entity, exportOf, message, script } from './bot-builder.js';
import { programOf } from './conversation.js';
import { replies, talk } from './talk.js';

/** The file of a single dialog as older platforms export one. */
const DIALOG_FILE = {
  _id: 'dg-order',
  name: 'Order tea',
  nodes: [
    { nodeId: 'intent0', type: 'intent', componentIndex: 2, transitions: [{ default: 'entity1' }] },
    { nodeId: 'entity1', type: 'Entity', componentIndex: 0, transitions: [{ default: 'message2' }] },
    { nodeId: 'message2', type: 'message', componentIndex: 1, transitions: [{ default: 'SDKWebHook3' }] },
    { nodeId: 'SDKWebHook3', type: 'SDKWebHook', componentIndex: 3, transitions: [] },
  ],
  components: [
    { name: 'Kind', type: 'Entity', entityType: 'label', message: [{ type: 'basic', text: 'Which tea?' }] },
    {
      name: 'Done',
      type: 'message',
      message: [{ type: 'uxmap', text: "print('One%20'%2Bcontext.entities.Kind)" }],
    },
    { name: 'Order_tea', type: 'intent', intent: 'Order tea', dialogId: 'dg-order' },
    { name: 'Tell', type: 'SDKWebHook' },
  ],
};

describe('the file of a single dialog', () => {
  const definition = unwrap(JSON.stringify(DIALOG_FILE), 'definition').value;

  it('is a bot with this dialog', async () => {
    const said = await replies(talk(programOf(definition)), 'order tea', 'Assam');
    expect(said[0]).toBe('One Assam');
  });

  it('tells which of its nodes cannot run, whatever the capitals of their types', () => {
    expect(programOf(definition).warnings).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/"Tell" \(sdkWebhook\) cannot run.*BotKit SDK/) }),
    ]);
  });
});

describe('a dialog without an intent', () => {
  const dialogs = [
    {
      _id: 'dg-hi',
      localeData: { en: { name: 'Say hello' } },
      nodes: [{ nodeId: 'n1', type: 'message', componentId: 'c1', transitions: [] }],
    },
  ];
  const dialogComponents = [{ _id: 'c1', name: 'Hello', message: [{ localeData: { en: { text: 'Hello!' } } }] }];

  it('is started by its name, and begins with its first node, whose component need not tell its type', async () => {
    const program = programOf({ localeData: { en: { name: 'B' } }, dialogs, dialogComponents });
    expect(await replies(talk(program), 'say hello')).toEqual(['Hello!']);
  });

  it('is started by nothing that users say where other dialogs alone call it', async () => {
    const hidden = [{ ...dialogs[0], isHidden: true, isFollowUp: true }];
    const program = programOf({ localeData: { en: { name: 'B' } }, dialogs: hidden, dialogComponents });
    expect(await replies(talk(program), 'say hello')).not.toContain('Hello!');
  });
});

describe('what a node says in place of its component', () => {
  const texts = (text: string): Json => [{ channel: 'default', localeData: { en: { type: 'basic', text } } }];
  const shared = (dialogs: JsonObject[]) => ({
    localeData: { en: { name: 'B' } },
    dialogs,
    dialogComponents: [
      {
        _id: 'c1',
        refId: 'r1',
        type: 'entity',
        name: 'N',
        entityType: 'number',
        message: texts('A number?'),
        errorMessage: texts('A number, please.'),
      },
      { _id: 'c2', refId: 'r2', type: 'message', name: 'M', message: texts('Thanks') },
    ],
  });
  const dialog = (name: string, nodeOptions: JsonObject): JsonObject => ({
    _id: `dg-${name}`,
    refId: `ref-${name}`,
    localeData: { en: { name } },
    nodes: [
      { nodeId: 'n1', type: 'entity', componentId: 'c1', nodeOptions, transitions: [{ default: 'n2' }] },
      { nodeId: 'n2', type: 'message', componentId: 'c2', transitions: [] },
    ],
  });
  const program = programOf(
    shared([
      dialog('Seats', { message: texts('How many seats?'), errorMessage: texts('Seats are counted.') }),
      dialog('Nights', { message: [], errorMessage: [] }),
    ]),
  );

  it('is said at that node', async () => {
    const seats = talk(program);
    expect(await replies(seats, 'seats')).toEqual(['How many seats?']);
    expect(await replies(seats, 'hm')).toEqual(['Seats are counted.']);
  });

  it('leaves the other nodes of the component as they are', async () => {
    const nights = talk(program);
    expect(await replies(nights, 'nights')).toEqual(['A number?']);
    expect(await replies(nights, 'hm')).toEqual(['A number, please.']);
  });
});

describe('a question', () => {
  it('that has no text in the file asks by its label', async () => {
    const program = programOf(
      exportOf({
        Go: {
          City: {
            type: 'entity',
            component: { entityType: 'label', localeData: { en: { label: 'Which city?' } } },
            next: 'm',
          },
          m: message('Off'),
        },
      }),
    );
    expect(await replies(talk(program), 'go')).toEqual(['Which city?']);
  });

  it.each<JsonObject>([{ promptOptions: 'prompt' }, { promptOptions: 'optional' }, { isOptional: true }])(
    'goes on without a value with %j',
    async (nodeOptions) => {
      const program = bot({ Go: { N: entity('number', 'How many?', 'm', {}, { nodeOptions }), m: message('Done') } });
      expect(await replies(talk(program), 'go', 'I would rather not')).toEqual(['Done']);
    },
  );

  it.each([
    ['entity', entity('number', 'How many?', 'm')],
    ['confirmation', { type: 'dialogAct', text: 'Really?', next: 'm' }],
  ])('asked too often goes on at the node that the file names (%s)', async (_kind, spec) => {
    const nodeOptions = { eventOptions: { defaultMaxRetry: { retry_limit: 2, action: 'transition', ref: 'a' } } };
    const program = bot({
      Go: { N: { ...spec, node: { nodeOptions } }, m: message('Done'), a: message('An agent will call you') },
    });
    const conversation = talk(program);
    expect(await replies(conversation, 'go', 'hm', 'what')).toEqual(['An agent will call you']);
  });
});

it('a dynamic intent calls the dialog that its intent path names, as text or in a variable', async () => {
  const program = bot({
    Text: { d: { type: 'dynamicIntent', component: { intentPath: 'Inner' }, next: 'end' } },
    Variable: {
      s: script('context.task = "Inner"', 'd'),
      d: { type: 'dynamicIntent', component: { intentPath: '{{context.task}}' }, next: 'end' },
    },
    Inner: { m: message('inside') },
  });
  expect(program.warnings).toEqual([]);
  expect(await replies(talk(program), 'text')).toEqual(['inside']);
  expect(await replies(talk(program), 'variable')).toEqual(['inside']);
});

it('a call hands over entities and context variables by their names alone', async () => {
  const maps = {
    contextMap: JSON.stringify({ City: 'context.where', quiet: 'true' }),
    postContextMap: JSON.stringify({ failed: 'context.broken' }),
  };
  const program = bot({
    Outer: {
      s: script('context.where = "Rome"', 'c'),
      c: call('Inner', 'm', maps),
      m: message('{{context.entities.City}}{{context.failed}}'),
    },
    Inner: {
      City: entity('label', 'Which city?', 'b'),
      b: message('{{context.entities.City}} {{context.quiet}}', 's'),
      s: script('context.broken = "yes"'),
    },
  });
  expect((await talk(program).say('outer')).texts).toEqual(['Rome true', 'yes']);
});

describe('features of language models that are not here', () => {
  const warningsOf = (more: JsonObject) => readDefinition({ dialogs: [], ...more }).warnings.map((one) => one.message);
  const features = (...featureList: JsonObject[]): Json => [{ featureList }];

  it.each([
    ['llmConfigsForStream', { name: 'paraphrase', enable: true }, /rephrased responses.*said as it is written/],
    ['llmConfiguration', { name: 'Rephrase', enabled: true }, /rephrased responses/],
    ['llmConfiguration', { name: 'queryRephrase', enable: true }, /rephrased user queries/],
    ['llmConfigsForStream', { name: 'ansFromDocs', enable: true }, /answers from documents/],
    ['llmConfiguration', { name: 'dialogGPT', enable: true }, /DialogGPT/],
  ])('are told by the import, where %s switches %j on', (key, feature, told) => {
    expect(warningsOf({ [key]: features(feature) })).toEqual([expect.stringMatching(told)]);
  });

  it('are told once, and DialogGPT by its own settings too', () => {
    const dialogGPTSettings = [{ dialogGPTLLMConfig: { enable: true } }];
    const llmConfiguration = features({ name: 'dialogGPT', enable: true });
    expect(warningsOf({ dialogGPTSettings, llmConfiguration })).toHaveLength(1);
    expect(warningsOf({ dialogGPTSettings })).toHaveLength(1);
  });

  it('are no matter where they are off, or serve authors only', () => {
    const off = features({ name: 'paraphrase', enable: false }, { name: 'utterances', enable: true });
    expect(warningsOf({ llmConfigsForStream: off })).toEqual([]);
  });

  it('do not hide one that is: a newer file switches zero-shot on in another list', () => {
    const raw = { dialogs: [], llmConfiguration: features({ name: 'zeroshot', enable: true }) };
    expect(readDefinition(raw).definition.zeroShot).toBe(true);
  });
});
