import { describe, expect, it } from 'vitest';
import { bot, list, message, script } from './bot-builder.js';
import { replies, talk } from './talk.js';

const koraResponses = (original: string, text: string) => ({
  koraResponses: [
    {
      Key: 'K',
      'Original Message': [original],
      channelUXMaps: [{ channel: 'default', botUXMap: { uXMap: encodeURIComponent(text) } }],
      language: 'en',
    },
  ],
});

describe('a word that is too long', () => {
  it.each([['a'.repeat(1201)], [`please ${'é'.repeat(1500)} now`]])(
    'has a standard response of its own',
    async (text) => {
      const program = bot({ Go: { m: message('Went') } });
      expect(await replies(talk(program), text)).toEqual([expect.stringContaining('too long')]);
    },
  );

  it('is one of 1201 letters', async () => {
    const program = bot({ Go: { m: message('Went') } });
    expect(await replies(talk(program), 'a'.repeat(1200))).toEqual([expect.not.stringContaining('too long')]);
  });
});

describe('a conversation that a script closes', () => {
  const go = { s: script('koreUtil.closeConversationSession()', 'm'), m: message('Bye') };

  it('ends with the standard response for it', async () => {
    const { texts, end } = await talk(bot({ Go: go })).say('go');
    expect(texts).toEqual(['Bye', expect.stringContaining('closed')]);
    expect(end.closeSession).toBe(true);
  });

  it('ends with the own words of the bot', async () => {
    const program = bot({ Go: go }, koraResponses('The conversation is closed.', 'See you!'));
    expect(await replies(talk(program), 'go')).toEqual(['Bye', 'See you!']);
  });
});

describe('an answer that may mean several values of a list', () => {
  const colours = ['Light blue', 'Dark blue', 'Green', 'Sea green'].map((title) => ({
    title,
    value: title.toLowerCase(),
    synonyms: title.includes('blue') ? ['sky'] : [],
  }));
  const program = () =>
    bot({ Paint: { e: list(colours, 'Which colour?', 'm'), m: message('{{context.entities.e}}') } });
  const BLUES = expect.stringMatching(/which one[\s\S]*a\) Light blue\nb\) Dark blue/i);

  it.each(['blue', 'sky', 'light blue or dark blue', 'Dark blue, no, light blue'])(
    'is asked for again with those: %s',
    async (said) => {
      const conversation = talk(program());
      expect(await replies(conversation, 'paint', said)).toEqual([BLUES]);
      expect(await replies(conversation, 'b')).toEqual(['dark blue']);
    },
  );

  it.each([
    ['green', 'green'],
    ['a sea green one', 'sea green'],
    ['the second one', 'dark blue'],
  ])('is no such answer: %s', async (said, value) => {
    expect(await replies(talk(program()), 'paint', said)).toEqual([value]);
  });

  it('may be followed by any other value', async () => {
    expect(await replies(talk(program()), 'paint', 'blue', 'green')).toEqual(['green']);
  });
});

it('the end of a task names it by the name that the file has for it in lower case', async () => {
  const program = bot({ 'Hello There': { m: message('Hi') } });
  expect((await talk(program).say('hello there')).end.endOfTask?.taskName).toBe('hello there');
});
