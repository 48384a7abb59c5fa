import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blankFile, type Starter, starterOf, withStarter } from '../../src/definition/starter.js';
import { createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.remove());

const FIELDS = `starter { welcome { text buttons } fallback { text buttons } answers { id question alternatives answer { text buttons } } }`;
const SET = `mutation($botId: ID!, $starter: BotStarterInput!) { setBotStarter(botId: $botId, starter: $starter) { id ${FIELDS} } }`;

const STARTER = {
  welcome: { text: 'Welcome to the museum, 100 % free!', buttons: ['Opening hours', 'Tickets'] },
  fallback: { text: 'I only know about the museum.' },
  answers: [
    {
      question: 'Opening hours',
      alternatives: ['when are you open'],
      answer: { text: 'Daily from 9 to 18.', buttons: ['Tickets'] },
    },
    { question: 'Tickets', answer: { text: 'Tickets are 12 euros.\nChildren pay nothing.' } },
  ],
};

async function made(name: string): Promise<string> {
  const { createBot } = await app.gql(
    'mutation($name: String!) { createBot(input: { name: $name, engine: DIALOG }) { id } }',
    {
      name,
    },
  );
  return createBot.id;
}

const set = async (botId: string, starter: object) => (await app.gql(SET, { botId, starter })).setBotStarter.starter;

const quickReplies = (text: string, titles: string[]) => ({
  type: 'template',
  payload: expect.objectContaining({
    template_type: 'quick_replies',
    text,
    quick_replies: titles.map((title) => ({ content_type: 'text', title, payload: title })),
  }),
});

describe('what a bot says that is made here', () => {
  it('is heard once it is published: its welcome with buttons, its answers, its fallback', async () => {
    const botId = await made('Museum');
    expect((await app.gql(`query($id: ID!) { bot(id: $id) { ${FIELDS} } }`, { id: botId })).bot.starter).toEqual({
      welcome: null,
      fallback: null,
      answers: [],
    });
    await set(botId, STARTER);
    const caller = await createCaller(app);
    const [channel] = await goLive(app, botId, [{ name: 'web', appClientId: caller.clientId }]);
    const say = async (text: string) => {
      const message = { message: { text }, from: { id: text } }; // each by somebody else
      return (await app.post(channel?.path ?? '', message, caller.headers())).body.text;
    };
    expect(await say('hello')).toEqual([
      quickReplies('Welcome to the museum, 100 % free!', ['Opening hours', 'Tickets']),
    ]);
    expect(await say('when are you open?')).toEqual([quickReplies('Daily from 9 to 18.', ['Tickets'])]);
    expect(await say('Tickets')).toBe('Tickets are 12 euros.\nChildren pay nothing.');
    expect(await say('purple monkeys')).toBe('I only know about the museum.');
  });

  it('is kept as it was written, with the ids of its answers, and travels in exports', async () => {
    const botId = await made('Kept');
    const first = await set(botId, STARTER);
    expect(first).toMatchObject(STARTER);
    const [hours, tickets] = first.answers;
    const renamed = { ...hours, question: 'When do you open?' };
    const second = await set(botId, { ...first, answers: [tickets, renamed] });
    expect(second.answers).toEqual([tickets, renamed]);
    const { exportBot } = await app.gql('mutation($id: ID!) { exportBot(botId: $id) { definition config } }', {
      id: botId,
    });
    const { importBot } = await app.gql(
      `mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id ${FIELDS} } warnings { path } } }`,
      { input: { mode: 'NEW', ...exportBot, name: 'Kept elsewhere' } },
    );
    expect(importBot.bot.starter).toEqual(second);
    expect(importBot.warnings).toEqual([]);
    expect(await set(importBot.bot.id, { answers: [] })).toEqual({ welcome: null, fallback: null, answers: [] });
  });

  it('is refused by the field that is wrong', async () => {
    const botId = await made('Refused');
    const answer = { text: 'x' };
    for (const [starter, message] of [
      [{ answers: [{ question: ' ', answer }] }, /it is empty/],
      [{ answers: [{ question: 'a', answer: { text: '' } }] }, /it is empty/],
      [
        {
          answers: [
            { question: 'a', answer },
            { question: 'b', alternatives: ['A'], answer },
          ],
        },
        /"A" is asked twice/,
      ],
      [{ welcome: { text: 'w', buttons: Array(14).fill('b') }, answers: [] }, /at most 13/],
      [{ answers: Array(201).fill({ question: 'a', answer }) }, /at most 200/],
    ] as const)
      await expect(set(botId, starter)).rejects.toThrow(message);
  });

  it('cannot replace what was imported', async () => {
    const { importBot } = await app.gql(
      `mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id ${FIELDS} } } }`,
      { input: { mode: 'NEW', definition: { dialogs: [], localeData: { en: { name: 'Built elsewhere' } } } } },
    );
    expect(importBot.bot.starter).toBeNull();
    await expect(set(importBot.bot.id, STARTER)).rejects.toThrow(/comes from an import/);
  });
});

it('a file gives back the starter that was written to it, whatever its texts', () => {
  const text = fc.string({ minLength: 1, maxLength: 30 }).map((one) => `x${one.replaceAll('%', ' ')}`);
  const message = fc.record({ text, buttons: fc.array(text, { maxLength: 2 }) });
  const starter: fc.Arbitrary<Starter> = fc.record({
    welcome: fc.option(message),
    fallback: fc.option(message),
    answers: fc.array(
      fc.record({ id: text, question: text, alternatives: fc.array(text, { maxLength: 2 }), answer: message }),
      {
        maxLength: 3,
      },
    ),
  });
  fc.assert(
    fc.property(starter, (wanted) => {
      const file = JSON.parse(JSON.stringify(withStarter(blankFile('Bot', 'en'), wanted, 'en')));
      expect(starterOf(file)).toEqual(wanted);
      expect(starterOf(withStarter(file, wanted, 'en'))).toEqual(wanted);
    }),
    { numRuns: 50 },
  );
});
