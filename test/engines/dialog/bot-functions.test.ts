import { expect, it } from 'vitest';
import { botFunctions, unknownCalls } from '../../../src/definition/bot-functions.js';
import { bot, message, script } from './bot-builder.js';
import { FAILURE, talk } from './talk.js';

const files = [
  { name: 'greet.js', content: 'function sayHello(name) { return "Hello " + name + mark(); }\nconst EXTRA = [1, 2];' },
  { name: 'more.JS', content: 'var mark = function () { return koreUtil._.last(["?", "!"]); };' },
  { name: 'table.csv', content: 'a,b' },
];
const functions = botFunctions(files);
const program = bot(
  {
    Go: { s: script('context.said = sayHello("Ada")', 'm'), m: message('{{context.said}}') },
    Print: { m: message('print(sayHello("Bob") + EXTRA.length)') },
    Fill: { m: message('<{{sayHello("Eve")}}>') },
  },
  {
    knowledgeTasks: [
      {
        _id: 'kt',
        refId: 'kt',
        faqs: {
          faqs: [
            {
              refId: 'f',
              subQuestions: [],
              question: 'what is new today',
              answer: [{ text: encodeURIComponent('print(sayHello("faq"))'), type: 'uxmap', channel: 'default' }],
            },
          ],
        },
      },
    ],
  },
);

it.each([
  ['go', 'Hello Ada!'],
  ['print', 'Hello Bob!2'],
  ['fill', '<Hello Eve!>'],
])('functions beside the export are there to scripts and messages: %s', async (said, answer) => {
  expect((await talk(program, { functions }).say(said)).texts).toEqual([answer]);
});

it('a bot without them runs its failure event', async () => {
  expect((await talk(program).say('go')).texts).toEqual([FAILURE]);
});

it('functions that do not parse fail the scripts that call them, and no others', async () => {
  const broken = { source: 'function sayHello( {', names: ['sayHello'] };
  expect((await talk(program, { functions: broken }).say('go')).texts).toEqual([FAILURE]);
  const other = bot({ Go: { s: script('context.a = 1', 'm'), m: message('{{context.a}}') } });
  expect((await talk(other, { functions: broken }).say('go')).texts).toEqual(['1']);
});

it.each([
  ['sayHello(); print(x.other())', ['sayHello']],
  ['function a(f) { return f(1); } print(a(b(2)))', ['b']],
  ['var c = function () {}; c(); [1].map(d => d()); ((e, g) => g(e))(1)', []],
  ['// gone()\nprint("lost()" + `also()`); if (x) { }', []],
  ['if (typeof maybe === "function") maybe()', []],
  ['new Thing(); var o = { method() { return 1; } }', ['Thing']],
  ['print(JSON.stringify(parseInt("1")))', []],
])('the calls of what is not there in: %s', (text, names) => {
  expect(unknownCalls(text, new Set(['print', 'parseInt', 'JSON']))).toEqual(names);
});
