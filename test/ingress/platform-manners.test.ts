import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entity, exportOf, list, message, script } from '../engines/dialog/bot-builder.js';
import { createCaller, goLive, type LiveChannel, startTestApp, type TestApp } from '../support/app.js';
import { type Line, lineOf } from '../support/own-bot.js';

const blues = ['Light blue', 'Dark blue'].map((title) => ({ title, value: title.toLowerCase() }));
const definition = exportOf(
  {
    'Hello There': { m: message('Hi') },
    'Say twice': { a: message('One', 'b'), b: message('Two') },
    'Ask me': { E: entity('number', 'How many?', 'm'), m: message('Thanks') },
    'Pick colour': { E: list(blues, 'Which?', 'm'), m: message('Got {{context.entities.E}}') },
    'Show template': {
      m: message('print(JSON.stringify({type: "template", payload: {template_type: "button", text: "T"}}))'),
    },
    'Close it': { s: script('koreUtil.closeConversationSession()', 'm'), m: message('Bye') },
    'Read data': {
      m: message(
        '{{context.session.BotUserSession.lastMessage.customData.t}}|{{context.session.BotUserSession.lastMessage.messagePayload.customData.t}}|{{context.session.BotUserSession.lastMessage.messagePayload.botInfo.customData.t}}',
      ),
    },
  },
  {
    botEvents: {
      ON_CONNECT_EVENT: {
        enabled: true,
        action: 'showMsg',
        msg: [{ channel: 'default', localeData: { en: { text: 'Welcome' } } }],
      },
    },
    smallTalk: [
      {
        language: 'en',
        groups: [
          {
            groupName: 'g',
            nodes: [
              {
                nodeId: 'n',
                refId: 'n',
                seq: 0,
                userUtterances: [{ text: 'good morning' }],
                botUtterances: [{ channel: 'default', text: 'Morning!', type: 'basic' }],
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
          faqs: [{ refId: 'q', question: 'What is a ticket', responseType: 'message', answer: [{ text: 'Paper' }] }],
        },
      },
    ],
  },
);

let app: TestApp;
let auto: Line;
let platform: Line;
let user = 0;
beforeAll(async () => {
  app = await startTestApp();
  const { importBot } = await app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
    input: { definition, mode: 'NEW' },
  });
  const caller = await createCaller(app);
  const [one, two] = (await goLive(app, importBot.bot.id, [
    { appClientId: caller.clientId },
    { appClientId: caller.clientId, textForm: 'PLATFORM' },
  ])) as [LiveChannel, LiveChannel];
  auto = lineOf(app, caller, one);
  platform = lineOf(app, caller, two);
});
afterAll(() => app.remove());

/** The last answer to a new user, in the first version. */
async function v1(line: Line, said: readonly string[], more: object = {}) {
  user += 1;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the hook answered
  let body: any;
  for (const text of said) ({ body } = await line.v1({ message: { text }, from: { id: `u${user}` }, ...more }));
  return body;
}

describe('the form of a text of the first version', () => {
  it.each<[string, string[], unknown, unknown]>([
    ['a message of a dialog', ['hello there'], 'Hi', ['Hi']],
    ['an answer to a question', ['what is a ticket'], 'Paper', ['Paper']],
    ['several messages', ['say twice'], ['One', 'Two'], ['One', 'Two']],
    ['a prompt', ['ask me'], 'How many?', 'How many?'],
    ['an error prompt', ['ask me', 'purple'], 'Again, please.', 'Again, please.'],
    ['small talk', ['good morning'], 'Morning!', 'Morning!'],
    ['a standard response', ['cancel'], expect.stringContaining('No task'), expect.stringContaining('No task')],
    ['a standard response to what is not understood', ['xyzzy'], expect.any(String), expect.any(String)],
    [
      'a template',
      ['show template'],
      [expect.objectContaining({ type: 'template' })],
      [expect.objectContaining({ type: 'template' })],
    ],
  ])('of %s, as the channel says', async (_, said, ofAuto, ofPlatform) => {
    expect((await v1(auto, said)).text).toEqual(ofAuto);
    expect((await v1(platform, said)).text).toEqual(ofPlatform);
  });
});

it.each([
  ['var a = 1;\nprint(a b);', /does not parse.*line 2, column \d+/],
  ['{', /does not parse.*line 1/],
  ['print("{{context.x}}" +', /does not parse/],
])('an override whose script does not parse is refused with its place: %s', async (value, words) => {
  const set = (script: string) =>
    app.gql('mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }', {
      input: { botId: auto.channel.botId, messageKey: 'standard.help', contents: [{ type: 'SCRIPT', value: script }] },
    });
  await expect(set(value)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(words) });
  expect(await set('print("{{context.x}}" + {{context.y}})')).toMatchObject({
    setMessageOverride: { key: 'standard.help' },
  });
});

describe('a bot of the platform', () => {
  it('names the task that ended in lower case, in both versions', async () => {
    const ended = {
      endOfTask: true,
      endReason: 'Fulfilled',
      completedTaskId: 'dg-Hello-There',
      completedTaskName: 'hello there',
    };
    expect(await v1(auto, ['Hello There'])).toMatchObject(ended);
    const { body } = await auto.v2({ type: 'text', val: 'hello there' }, { from: { id: 'ends' } });
    expect(body).toMatchObject(ended);
  });

  it.each(['x'.repeat(1201), `please ${'ü'.repeat(2000)} now`])(
    'says of a word that is too long that it is',
    async (said) => {
      expect((await v1(auto, [said])).text).toMatch(/too long/);
      expect((await v1(auto, ['ask me', said])).text).toMatch(/too long|Again/);
    },
  );

  it('asks which of several values is meant', async () => {
    expect((await v1(auto, ['pick colour', 'blue'])).text).toMatch(/Which one[\s\S]*a\) Light blue\nb\) Dark blue/);
    expect((await v1(auto, ['pick colour', 'blue', 'b'])).text).toBe('Got dark blue');
  });

  it('says that a conversation is closed, and begins a new session with the next message', async () => {
    const from = { id: 'closes' };
    const first = await auto.v2({ type: 'text', val: 'close it' }, { from });
    expect(first.body.data.map(({ val }: { val: string }) => val)).toEqual(['Bye', expect.stringMatching(/closed/)]);
    const next = await auto.v2({ type: 'text', val: 'hello there' }, { from });
    expect(next.body.sessionId).not.toBe(first.body.sessionId);
  });

  it('finds custom data where bots look for it', async () => {
    expect((await v1(auto, ['read data'], { customData: { t: 'x' } })).text).toBe('x|x|x');
    expect((await v1(auto, ['read data'])).text).toBe('||');
    const { body } = await auto.v2(
      { type: 'text', val: 'read data' },
      { from: { id: 'data' }, customData: { t: 'y' } },
    );
    expect(body.data[0].val).toBe('y|y|y');
  });

  it('takes an empty object for no attachments, and an event without a name for none', async () => {
    expect((await v1(auto, ['hello there'], { attachments: {} })).text).toBe('Hi');
    const message = { type: 'text', val: 'hello there', attachments: {} };
    expect((await auto.v2(message, { from: { id: 'e1' }, attachments: {}, token: '{}' })).body.data[0].val).toBe('Hi');
    const empty = await auto.v2({ type: 'event', val: '', attachments: {} }, { from: { id: 'e2' } });
    expect([empty.status, empty.body.data]).toEqual([200, []]);
    const connect = await auto.v2({ type: 'event', val: 'ON_CONNECT', attachments: {} }, { from: { id: 'e3' } });
    expect(connect.body.data).toMatchObject([{ val: 'Welcome' }]);
  });
});
