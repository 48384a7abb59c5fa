import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionState } from '../../../src/bots/engine.js';
import { withinBudget } from '../../../src/engines/openai/history.js';
import type { JsonObject } from '../../../src/json.js';
import { createTestClock } from '../../support/clock.js';
import { type Answer, createReceiver, json, type Received, type Receiver } from '../../support/receiver.js';
import { describeRemoteEngine } from '../contract.js';
import { createBench, type RemoteBench, talk, texts, turnOf } from '../remote-bot.js';

interface Sent {
  model: string;
  messages: { role: string; content: string }[];
  [more: string]: unknown;
}
const bodyOf = (request: Received | undefined): Sent => request?.json() as Sent;

const completion = (content: unknown, more = {}): Answer =>
  json(200, {
    id: 'c',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content, ...more }, finish_reason: 'stop' }],
  });

const tea = {
  type: 'template',
  payload: {
    template_type: 'button',
    text: 'Tea?',
    buttons: [{ type: 'postback', title: 'Tea', payload: 'choose_tea' }],
  },
};

describeRemoteEngine({
  engine: 'OPENAI',
  settings: (url) => ({
    url: `${url}/v1`,
    model: 'test-model',
    customData: true,
    systemPrompt: 'You talk to {{context.session.UserContext._id}}.',
  }),
  secrets: { apiKey: 'sk-test-1' },
  says: (...messages) =>
    messages.length > 1 ? completion(JSON.stringify({ messages })) : completion(messages[0] ?? ''),
  rich: { sent: completion(`\`\`\`json\n${JSON.stringify(tea)}\n\`\`\``), seen: tea },
  byKey: (key, text, values) => completion(JSON.stringify({ messages: [{ key, text, values }] })),
  heard: (request) => {
    const { messages } = bodyOf(request);
    const said = messages.at(-1)?.content ?? '';
    const [text = ''] = said.split('\n');
    const data = /\(data: (.*)\)$/m.exec(said)?.[1];
    return {
      text,
      customData: data && JSON.parse(data),
      attachment: /\(attachment: (.*)\)/.exec(said)?.[1],
      event: /\(event: (.*)\)/.exec(said)?.[1],
      form: text.startsWith('{') ? JSON.parse(text) : undefined,
      user: 'user-1', // nothing of the user goes to a model but by the prompt
    };
  },
  garbage: {
    'no choices': json(200, { choices: [] }),
    'no message': json(200, { choices: [{ index: 0 }] }),
    'a tool call': completion(null, { tool_calls: [{ id: 't' }] }),
    'a list': json(200, []),
    'nothing in words': completion('  \n'),
  },
});

describe('chat completions', () => {
  let bench: RemoteBench;
  let receiver: Receiver;
  beforeEach(async () => {
    bench = createBench(createTestClock());
    receiver = await createReceiver(completion('ok'));
  });
  afterEach(async () => {
    await bench[Symbol.asyncDispose]();
    await receiver.close();
  });

  const open = (settings: JsonObject = {}) =>
    bench.open({
      engine: 'OPENAI',
      settings: { url: `${receiver.url}/v1/`, model: 'm', ...settings },
      secrets: { apiKey: 'sk-1' },
    });

  it('are asked for with the key, the model and its settings', async () => {
    const bot = await open({ temperature: 0.5, maxTokens: 50, body: { seed: 7, model: 'other' } });
    await talk(bot, turnOf());
    const [request] = receiver.requests;
    expect(request?.path).toBe('/v1/chat/completions');
    expect(request?.headers.authorization).toBe('Bearer sk-1');
    expect(bodyOf(request)).toEqual({
      seed: 7,
      model: 'm',
      temperature: 0.5,
      max_tokens: 50,
      messages: [{ role: 'user', content: 'hello' }],
    });
  });

  it('begin with the system prompt, in which paths are filled in and expressions are not run', async () => {
    const systemPrompt = 'You help {{context.name}} of {{env.company}}{{env.key}}.{{(() => 1)()}}';
    const bot = await open({ systemPrompt });
    const session = { context: { name: 'Ann {{env.secret}}' }, engine: {} };
    await talk(bot, turnOf({ session, plainEnv: { company: 'Acme' }, env: { company: 'Acme', key: 'S3CRET' } }));
    expect(bodyOf(receiver.requests[0]).messages[0]).toEqual({
      role: 'system',
      content: 'You help Ann {{env.secret}} of Acme.',
    });
  });

  it('go on from the conversation that the session keeps', async () => {
    const bot = await open();
    let session: SessionState = { context: {}, engine: {} };
    for (const text of ['first', 'second']) session = (await talk(bot, turnOf({ text, session }))).end.session;
    expect(bodyOf(receiver.requests[1]).messages).toEqual([
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'ok' },
      { role: 'user', content: 'second' },
    ]);
    expect(session.engine.history).toHaveLength(4);
  });

  it('take along as much of it as the budget allows, and always the message itself', async () => {
    const bot = await open({ historyTokens: 20 });
    const history = [
      { role: 'user', content: 'x'.repeat(400) },
      { role: 'assistant', content: 'old' },
      { role: 'user', content: 'newer' },
      { role: 'assistant', content: 'newest' },
    ];
    await talk(bot, turnOf({ text: 'y'.repeat(1000), session: { context: {}, engine: { history } } }));
    expect(bodyOf(receiver.requests[0]).messages.map(({ content }) => content)).toEqual([
      'newer',
      'newest',
      'y'.repeat(1000),
    ]);
  });

  it('do not get custom data unless the bot is set up so', async () => {
    const context = { session: { BotUserSession: { lastMessage: { customData: { token: 't' } } } } };
    await talk(await open(), turnOf({ session: { context, engine: {} } }));
    expect(receiver.requests[0]?.text).not.toContain('token');
  });

  it('look at pictures when the model can', async () => {
    const attachments = ['https://x.example.com/a.png', { url: 'https://x.example.com/b.pdf', name: 'b' }];
    await talk(await open({ images: true }), turnOf({ message: { type: 'text', text: 'see', attachments } }));
    expect(bodyOf(receiver.requests[0]).messages[0]?.content).toEqual([
      { type: 'text', text: 'see\n(attachment: b, https://x.example.com/b.pdf)' },
      { type: 'image_url', image_url: { url: 'https://x.example.com/a.png' } },
    ]);
  });

  it('may be parts, or a refusal', async () => {
    const bot = await open();
    receiver.script(
      completion([
        { type: 'text', text: 'in ' },
        { type: 'text', text: 'parts' },
      ]),
    );
    expect(texts(await talk(bot, turnOf()))).toEqual(['in parts']);
    receiver.script(completion(null, { refusal: 'I cannot.' }));
    expect(texts(await talk(bot, turnOf()))).toEqual(['I cannot.']);
  });

  it('that are JSON of another kind are said as they are', async () => {
    receiver.script(completion('{"price": 5}'));
    expect(texts(await talk(await open(), turnOf()))).toEqual(['{"price": 5}']);
  });
});

describe('the token budget', () => {
  it('keeps the newest messages and begins with the user', () => {
    const history = (['user', 'assistant', 'user', 'assistant'] as const).map((role, n) => ({
      role,
      content: `m${n}`,
    }));
    expect(withinBudget(history, 20).map(({ content }) => content)).toEqual(['m0', 'm1', 'm2', 'm3']);
    expect(withinBudget(history, 15).map(({ content }) => content)).toEqual(['m2', 'm3']);
    expect(withinBudget(history, 0)).toEqual([]);
  });
});
