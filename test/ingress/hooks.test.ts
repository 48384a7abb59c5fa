import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Caller,
  createBot,
  createCaller,
  goLive,
  type LiveChannel,
  startTestApp,
  type TestApp,
} from '../support/app.js';

const FALLBACK = 'Sorry, I did not understand that. Could you put it another way?';

describe('a synchronous webhook channel', () => {
  let app: TestApp;
  let caller: Caller;
  let first: LiveChannel;
  let second: LiveChannel;

  beforeAll(async () => {
    app = await startTestApp();
    caller = await createCaller(app);
    const botId = await createBot(app);
    const live = await goLive(app, botId, [{ appClientId: caller.clientId }, { appClientId: caller.clientId }]);
    [first, second] = live as [LiveChannel, LiveChannel];
  });
  afterAll(() => app.remove());

  const say = (channel: LiveChannel, body: unknown, headers = {}) =>
    app.post(channel.path, body, { ...caller.headers(), ...headers });

  it('answers the documented request with the text of the one message as a string', async () => {
    const answer = await say(first, {
      message: { text: 'hm', attachments: [] },
      from: { id: 'u1' },
      to: { id: 'b' },
      customData: {},
    });
    expect(answer).toMatchObject({ status: 200, body: { text: FALLBACK } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it.each([
    ['text at the top', { text: 'hm', attachments: ['https://files.test/a.png'], from: { id: 'u1' }, to: { id: 'b' } }],
    ['a payload around message', { payload: { message: { text: 'hm' }, from: { id: 'u1' } } }],
    ['a payload around the message only', { payload: { message: { text: 'hm' } }, from: { id: 'u1' }, to: {} }],
    ['a payload around text at the top', { payload: { text: 'hm' }, from: { id: 'u1' } }],
    ['to as a string', { message: { text: 'hm' }, from: { id: 'u1' }, to: 'Kore.ai' }],
    ['to as an empty string', { message: { text: 'hm' }, from: { id: 'u1' }, to: '' }],
    ['no to', { message: { text: 'hm' }, from: { id: 'u1' } }],
    ['a number as from.id', { message: { text: 'hm' }, from: { id: 17 } }],
    ['unknown keys', { message: { text: 'hm', extra: 1 }, from: { id: 'u1', more: {} }, token: {}, client: 'x' }],
    ['an empty object as attachments', { message: { text: 'hm', attachments: {} }, from: { id: 'u1' } }],
    ['an empty text as attachments', { text: 'hm', attachments: '', from: { id: 'u1' } }],
    [
      'attachments as objects',
      { message: { text: '', attachments: [{ url: 'https://files.test/a' }] }, from: { id: 'u1' } },
    ],
  ])('accepts %s', async (_title, body) => {
    expect(await say(first, body)).toMatchObject({ status: 200, body: { text: FALLBACK } });
  });

  it('serves the default channel at the bare URL and at its own, further channels at their own only', async () => {
    const body = { message: { text: 'hm' }, from: { id: 'u1' } };
    expect(first.path).toBe(`/chatbot/hooks/${first.botId}`);
    expect((await app.post(`${first.path}/hookInstance/${first.id}`, body, caller.headers())).status).toBe(200);
    expect((await say(second, body)).status).toBe(200);
    expect((await app.post(`${first.path}/hookInstance/ivrInst-none`, body, caller.headers())).status).toBe(404);
    expect((await app.post('/chatbot/hooks/st-none', body, caller.headers())).status).toBe(404);
  });

  it.each([
    ['message', {}, 'message'],
    ['from', { message: { text: 'x' } }, 'from'],
    ['from.id', { message: { text: 'x' }, from: {} }, 'from.id'],
    ['an empty from.id', { message: { text: 'x' }, from: { id: '' } }, 'from.id'],
    ['a from.id that is too long', { message: { text: 'x' }, from: { id: 'x'.repeat(257) } }, 'from.id'],
    ['a text that is not one', { message: { text: 1 }, from: { id: 'u' } }, 'message.text'],
    ['an empty text', { message: { text: ' ' }, from: { id: 'u' } }, 'message.text'],
    ['a wrong text at the top', { text: [], from: { id: 'u' } }, 'text'],
    ['a wrong text within payload', { payload: { message: { text: {} } }, from: { id: 'u' } }, 'payload.message.text'],
    [
      'attachments that are no list',
      { message: { text: 'x', attachments: { 0: 'x' } }, from: { id: 'u' } },
      'message.attachments',
    ],
    ['a session that is no object', { session: 1, message: { text: 'x' }, from: { id: 'u' } }, 'session'],
  ])('refuses a body with a problem in %s and names the field', async (_title, body, field) => {
    const answer = await say(first, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 400, reason: 'BAD_USER_INPUT', field }] } });
  });

  it('says where JSON is broken, what type it wants, and how large a body may be', async () => {
    expect((await say(first, '{"message": {"text": "a"},, }')).body.errors[0].msg).toMatch(
      /position 26 \(line 1, column 27\)/,
    );
    expect((await say(first, 'hello')).status).toBe(400);
    expect((await say(first, '[]')).body.errors[0].msg).toMatch(/must be a JSON object/);
    expect((await say(first, `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`)).body.errors[0].msg).toMatch(
      /nested more than 64/,
    );
    const crowded = `{"message":{"text":"a"},"from":{"id":"u"},"customData":[${'{},'.repeat(340_000)}{}]}`;
    expect((await say(first, crowded)).body.errors[0].msg).toMatch(/more than 50000 values at position \d+/);
    expect((await say(first, 'text=a', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await say(first, `"${'x'.repeat(1024 * 1024)}"`)).status).toBe(413);
  });

  it('keeps odd characters apart from what a database cannot store', async () => {
    const body = String.raw`{"message":{"text":"a\u0000b\ud800"},"from":{"id":"odd\u0000"}}`;
    expect((await say(first, body)).status).toBe(200);
  });

  it('stores what was said with its conversation', async () => {
    await say(first, { message: { text: 'remember this' }, from: { id: 'logged' }, customData: { a: 1 } });
    const { conversations } = await app.gql(
      `query($channelId: ID) { conversations(channelId: $channelId, user: "logged") { edges { node { user channel { id }
        turns { edges { node { input replies error durationMs traceId } } } } } } }`,
      { channelId: first.id },
    );
    const [{ node }] = conversations.edges;
    expect(node).toMatchObject({ user: 'logged', channel: { id: first.id } });
    const [{ node: turn }] = node.turns.edges;
    expect(turn).toMatchObject({
      input: { message: { type: 'text', text: 'remember this' }, customData: { a: 1 } },
      replies: [{ type: 'text', text: FALLBACK }],
      error: null,
    });
  });
});

it('a bot calls the functions that were imported beside its file', async () => {
  const app = await startTestApp();
  try {
    const content = encodeURIComponent('print(sayHello("Ada"))');
    const definition = {
      ...{
        _id: 'st-f',
        defaultLanguage: 'en',
        supportedLanguages: ['en'],
        localeData: { en: { name: 'Fn' } },
        dialogs: [],
      },
      botEvents: {
        INTENT_UNIDENTIFIED: {
          enabled: true,
          msg: [{ channel: 'default', localeData: { en: { text: content, type: 'uxmap' } } }],
        },
      },
    };
    const files = [{ name: 'fn.js', content: 'function sayHello(name) { return "Hello " + name; }' }];
    const { importBot } = await app.gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } warnings { path message } } }',
      { input: { definition, files, mode: 'NEW' } },
    );
    expect(importBot.warnings).toEqual([]);
    const caller = await createCaller(app);
    const [channel] = await goLive(app, importBot.bot.id, [{ appClientId: caller.clientId }]);
    const body = { message: { text: 'hm' }, from: { id: 'u' } };
    expect((await app.post(channel?.path ?? '', body, caller.headers())).body).toEqual({ text: 'Hello Ada' });
  } finally {
    await app.remove();
  }
});

const flightStatus = new URL('../../../shared/exports/flight-status-demo/', import.meta.url);

describe.skipIf(!existsSync(flightStatus))('a bot imported from a real export (needs ../shared/exports)', () => {
  it('answers small talk in its own words', async () => {
    const app = await startTestApp();
    try {
      const read = (file: string) => JSON.parse(readFileSync(new URL(file, flightStatus), 'utf8'));
      const { importBot } = await app.gql(
        'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } messages } }',
        { input: { definition: read('botDefinition.json'), config: read('config.json'), mode: 'NEW' } },
      );
      const caller = await createCaller(app);
      const [channel] = await goLive(app, importBot.bot.id, [{ appClientId: caller.clientId }]);
      const answer = await app.post(
        channel?.path ?? '',
        { message: { text: 'thanks' }, from: { id: 'u' } },
        caller.headers(),
      );
      expect(answer.body).toEqual({ text: "You're welcome." });
    } finally {
      await app.remove();
    }
  });
});
