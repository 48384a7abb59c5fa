import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/json.js';
import { bot, call, exportOf, message, script } from './bot-builder.js';
import { programOf } from './conversation.js';
import { replies, talk } from './talk.js';

const UNAVAILABLE = 'I am sorry, this task is not available at the moment.';

const knowledge = (faq: JsonObject): JsonObject => ({
  knowledgeTasks: [
    {
      language: 'en',
      faqs: { faqs: [{ refId: 'faq-1', question: 'What is a ticket', responseType: 'message', ...faq }] },
    },
  ],
});
const asked = (faq: JsonObject, random = () => 0) =>
  replies(talk(bot({ Go: { m: message('Gone') } }, knowledge(faq)), {}, { random }), 'what is a ticket');

describe('the answer of a question', () => {
  it.each<[string, Json[]]>([
    ['for all channels', [{ text: 'A' }, { text: 'B' }]],
    ['of the default channel', ['A', 'B'].map((text) => ({ text, channel: 'default', type: 'basic' }))],
    ["of the webhook's own type", ['A', 'B'].map((text) => ({ text, channel: 'ivr', type: 'basic' }))],
    ['by script', ['A', 'B'].map((text) => ({ text: `print("${text}")`, channel: 'default', type: 'advance' }))],
  ])('says all of its parts in order: %s', async (_title, answer) => {
    for (const random of [0, 0.5, 0.99]) expect(await asked({ answer }, () => random)).toEqual(['A', 'B']);
  });

  it('is one of the alternatives at random, each with all of its parts', async () => {
    const faq = {
      answer: [{ text: 'A' }, { text: 'B' }],
      alternateAnswers: [[{ text: 'C' }], [{ text: 'D' }, { text: 'E' }]],
    };
    expect(await asked(faq, () => 0)).toEqual(['A', 'B']);
    expect(await asked(faq, () => 0.5)).toEqual(['C']);
    expect(await asked(faq, () => 0.9)).toEqual(['D', 'E']);
  });

  it('has as many parts as its channel, not those of another', async () => {
    const answer = [
      { text: 'A', channel: 'default' },
      { text: 'B', channel: 'default' },
      { text: 'W', channel: 'ivr' },
      { text: 'R', channel: 'rtm' },
    ];
    expect(await asked({ answer })).toEqual(['W']);
  });

  it('is whole between the questions of a task, too', async () => {
    const program = bot(
      {
        Go: {
          n: { type: 'entity', text: 'How many?', component: { entityType: 'number' }, next: 'm' },
          m: message('Gone'),
        },
      },
      knowledge({ answer: [{ text: 'A' }, { text: 'B' }] }),
    );
    expect(await replies(talk(program), 'go', 'what is a ticket')).toEqual(['A', 'B', 'How many?']);
  });
});

describe('a task that is not there', () => {
  it.each<[string, JsonObject]>([
    ['by a name that nothing has', { responseType: 'dialog', dialogRefId: 'gone' }],
    ['by none at all', { responseType: 'dialog' }],
  ])('is said by a question that runs it: %s', async (_title, faq) => {
    expect(await asked({ ...faq, answer: [] })).toEqual([UNAVAILABLE]);
  });

  it('is a warning of the import, where a question names it', () => {
    const program = bot({ Go: { m: message('Gone') } }, knowledge({ responseType: 'dialog', dialogRefId: 'gone' }));
    expect(program.warnings).toMatchObject([{ message: expect.stringContaining('"What is a ticket" runs a dialog') }]);
  });

  it.each(['ref-dg-Go', 'dg-Go'])('is found by its reference and by its id: %s', async (dialogRefId) => {
    expect(await asked({ responseType: 'dialog', dialogRefId })).toEqual(['Gone']);
  });

  it('ends the task whose node calls it, after what that said', async () => {
    const program = bot({ Go: { a: message('First', 'c'), c: call('Nowhere', 'b'), b: message('Not said') } });
    const { texts, end } = await talk(program).say('go');
    expect(texts).toEqual(['First', UNAVAILABLE]);
    expect(end.endOfTask).toMatchObject({ taskId: 'dg-Go', reason: 'Failed' });
  });

  it('is said of a dialog that the file only names', async () => {
    const file = exportOf({ Go: { m: message('Gone') } });
    const [dialog] = file.dialogs as JsonObject[];
    expect(await replies(talk(programOf({ ...file, dialogs: [{ ...dialog, nodes: [] }] })), 'go')).toEqual([
      UNAVAILABLE,
    ]);
  });

  it('is said in the words of the file', async () => {
    const koraResponses = [
      {
        Key: 'Dialog task associated to a FAQ is not available',
        'Original Message': ['Sorry, not now.'],
        language: 'en',
        channelUXMaps: [{ channel: 'default', botUXMap: { uXMap: 'Come back later.' } }],
      },
    ];
    const program = bot({ Go: { c: call('Nowhere') } }, { koraResponses });
    expect(await replies(talk(program), 'go')).toEqual(['Come back later.']);
  });
});

const BOTH = 'book flight and book hotel';

describe('the choices of a standard response', () => {
  const tasks = { 'Book flight': { m: message('1') }, 'Book hotel': { m: message('2') } };
  const changed = (key: string, code: string): JsonObject => ({
    koraResponses: [
      {
        Key: key,
        'Original Message': [key],
        language: 'en',
        channelUXMaps: [{ channel: 'default', botUXMap: { uXMap: code } }],
      },
    ],
  });

  it.each([
    ['Did you mean', BOTH, '["Book flight","Book hotel"]'],
    ['Ambiguity in intent recognition', BOTH, '["Book flight","Book hotel"]'],
    ['Here are the tasks I can perform for you', 'help', '["Book flight","Book hotel"]'],
    ['I am not able to understand', 'xyzzy', '["Book flight","Book hotel"]'],
  ])('are given to its script: %s, said %s', async (key, said, choices) => {
    const program = bot(tasks, changed(key, '<% print("Choose " + JSON.stringify(getChoices())) %>'));
    expect(await replies(talk(program), said)).toEqual([`Choose ${choices}`]);
  });

  it('are named as ambiguous tasks, too', async () => {
    const code = '<% print(koreUtil.getAmbiguousIntents().intents.map(function (one) { return one.name; }).join()) %>';
    expect(await replies(talk(bot(tasks, changed('Did you mean', code))), BOTH)).toEqual(['Book flight,Book hotel']);
  });

  it('are there for an error prompt of a list as for its prompt', async () => {
    const values = ['Red', 'Green'].map((title) => ({ title, value: title, synonyms: [] }));
    const print = 'print(getChoices().map(function (one) { return one.title; }).join())';
    const node = {
      type: 'entity',
      text: print,
      error: print,
      component: { entityType: 'list_of_values', localeData: { en: { label: 'L', allowedValues: { values } } } },
    };
    const conversation = talk(bot({ Go: { L: node } }));
    expect(await replies(conversation, 'go')).toEqual(['Red,Green']);
    expect(await replies(conversation, 'hello')).toEqual(['Red,Green']);
  });
});

describe('a blank value that a script gives an entity', () => {
  it.each([' ', '', '\n\t', null, undefined, [], [' '], {}])('clears it, so that it is asked: %j', async (value) => {
    const text = value === undefined ? 'undefined' : JSON.stringify(value);
    const program = bot({
      Go: {
        s: script(`context.entities.City = ${text}`, 'l'),
        l: {
          type: 'logic',
          next: [
            [{ context: 'context.entities.City', op: 'ex' }, 'had'],
            [null, 'City'],
          ],
        },
        City: { type: 'entity', text: 'Where?', component: { entityType: 'label' }, next: 'm' },
        had: message('Had one'),
        m: message('{{context.entities.City}}'),
      },
    });
    expect(await replies(talk(program), 'go')).toEqual(['Where?']);
  });

  it.each([0, false, 'x', [0]])('is none of these: %j', async (value) => {
    const program = bot({
      Go: {
        s: script(`context.entities.City = ${JSON.stringify(value)}`, 'City'),
        City: { type: 'entity', text: 'Where?', component: { entityType: 'label' }, next: 'm' },
        m: message('Had one'),
      },
    });
    expect(await replies(talk(program), 'go')).toEqual(['Had one']);
  });
});
