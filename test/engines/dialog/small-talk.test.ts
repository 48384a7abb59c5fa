import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/definition/compile.js';
import { emptyDefinition } from '../../../src/definition/read.js';
import { words } from '../../../src/definition/words.js';
import { createLexicon } from '../../../src/engines/dialog/understanding/lexicon.js';
import { matchPattern, parsePattern } from '../../../src/engines/dialog/understanding/pattern.js';
import { converse, haveExports, programOf, readExport } from './conversation.js';

const lexicon = createLexicon({ '~colour': ['red', 'dark blue'], fruit: ['apple', 'pear'] });
const matches = (pattern: string, utterance: string) =>
  matchPattern(parsePattern(pattern), words(utterance), lexicon) !== null;

describe('the pattern language of small talk', () => {
  it.each([
    ['thanks', 'Thanks!', true],
    ['thanks', 'no', false],
    ['What ~your name', 'what is your name?', true],
    ['< what be [~you ~your] [call name] { ? } >', "What's your name?", true],
    ['< what be [~you ~your] [call name] { ? } >', 'I wonder what your name is', false],
    ['< who be ~you { ? } >', 'who are you', true],
    ['!y ~yes', 'yes', true],
    ['!y ~yes', 'y', false],
    ['!n ~no', 'nope', true],
    ['get_it', 'I get it', true],
    ['get_it', 'get me it', false],
    ['paint it ~colour', 'please paint it dark blue', true],
    ['paint it ~colour', 'paint it green', false],
    ['eat ~fruit', 'I eat apples', true],
    ['pay * bill', 'pay my very long and old electricity bill', true],
    ['pay *~1 bill', 'pay my old bill', false],
    ['< hi >', 'hi there', false],
    ['~unheard', 'unheard', false],
    ['"pay now"', 'pay now please', true],
  ])('%s against "%s" is %s', (pattern, utterance, expected) => {
    expect(matches(pattern, utterance)).toBe(expected);
  });

  it('stays quick on patterns made of wildcards', () => {
    const pattern = Array(40).fill('* a').join(' ');
    expect(matches(pattern, Array(60).fill('a').join(' '))).toBeTypeOf('boolean');
  });
});

describe('a bot made from nothing', () => {
  const program = compile(emptyDefinition('Nobody'));
  it('answers that it did not understand', async () => {
    expect((await converse(program).say('hello')).texts).toEqual([
      'Sorry, I did not understand that. Could you put it another way?',
    ]);
  });
  it('lists no tasks when asked for help', async () => {
    expect((await converse(program).say('help')).texts).toEqual(['Here are the tasks I can perform for you.']);
  });
  it('says nothing when a user connects', async () => {
    expect((await converse(program).say({ type: 'event', event: 'ON_CONNECT' })).texts).toEqual([]);
  });
});

describe.skipIf(!haveExports)('small talk of a real bot (skipped without the exports beside the checkout)', () => {
  const program = haveExports ? programOf(readExport('flight-status-demo').raw) : compile(emptyDefinition('none'));
  it('thanks back', async () => {
    expect((await converse(program).say('thanks')).texts).toEqual(["You're welcome."]);
    expect((await converse(program).say('Thank you!')).texts).toEqual(["You're welcome."]);
  });
  it('greets with any of its greetings', async () => {
    const greetings = ['Hi! ', 'Hello ', 'Hi there! ', 'Hey :)'];
    for (let draw = 0; draw < 4; draw += 1) {
      const { texts } = await converse(program, {}, { random: () => draw / 4 }).say('hi');
      expect(texts).toEqual([greetings[draw]]);
    }
  });
  it('names its tasks when asked for help', async () => {
    const { texts } = await converse(program).say('help');
    expect(texts).toEqual(['Here are the tasks I can perform for you.\na) Get flight status']);
  });
});

it('prints custom data of the message at both of its places', async () => {
  const program = compile(emptyDefinition('Echo'));
  const at = 'context.session.BotUserSession.lastMessage';
  const message = program.messages['standard.not_understood'];
  if (message)
    message.contents = {
      en: [{ type: 'TEXT', value: `{{${at}.customData.x}}/{{${at}.messagePayload.customData.x}}/{{${at}.none}}` }],
    };
  expect((await converse(program).say('?', { x: 'one' })).texts).toEqual(['one/one/']);
  expect((await converse(program).say('?')).texts).toEqual(['//']);
});
