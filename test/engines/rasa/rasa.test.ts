import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/json.js';
import { createTestClock } from '../../support/clock.js';
import { answer, createReceiver, json, type Receiver } from '../../support/receiver.js';
import { describeRemoteEngine } from '../contract.js';
import { createBench, type RemoteBench, talk, texts, turnOf } from '../remote-bot.js';

interface Sent {
  sender: string;
  message: string;
  metadata: {
    customData?: Json;
    attachments?: { url: string }[];
    event?: string;
    form?: { id: string; data: Json; meta: Json };
    user: { id: string };
  };
}

describeRemoteEngine({
  engine: 'RASA',
  settings: (url) => ({ url }),
  secrets: { token: 'rasa-token-1' },
  says: (...messages) =>
    json(
      200,
      messages.map((text) => ({ recipient_id: 'x', text })),
    ),
  rich: {
    sent: json(200, [
      {
        recipient_id: 'x',
        text: 'Tea?',
        buttons: [
          { title: 'Tea', payload: 'choose_tea' },
          { title: 'Coffee', payload: '/choose{"drink":"coffee"}' },
        ],
      },
    ]),
    seen: {
      type: 'template',
      payload: {
        template_type: 'button',
        text: 'Tea?',
        buttons: [
          { type: 'postback', title: 'Tea', payload: 'choose_tea' },
          { type: 'postback', title: 'Coffee', payload: '/choose{"drink":"coffee"}' },
        ],
      },
    },
  },
  byKey: (key, text, values) => json(200, [{ recipient_id: 'x', custom: { key, text, values } }]),
  heard: (request) => {
    const { message, metadata } = request.json() as Sent;
    const { customData, attachments, event, form, user } = metadata;
    return {
      text: message,
      customData,
      attachment: attachments?.[0]?.url,
      event: message === '/session_start' ? event : undefined,
      form: form && { formId: form.id, data: form.data, meta: form.meta },
      user: user.id,
    };
  },
  garbage: { 'an object': json(200, { text: 'hi' }), 'a string': json(200, 'hi') },
});

describe('the REST channel of Rasa', () => {
  let bench: RemoteBench;
  let receiver: Receiver;
  beforeAll(async () => {
    bench = createBench(createTestClock());
    receiver = await createReceiver(json(200, []));
  });
  beforeEach(() => {
    receiver.requests.length = 0;
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
    await receiver.close();
  });

  const sent = () => receiver.requests.map((request) => request.json() as Sent);

  it('is found under the address of the server, with its token', async () => {
    const bot = await bench.open({ engine: 'RASA', settings: { url: `${receiver.url}/` }, secrets: { token: 't' } });
    await talk(bot, turnOf());
    expect(receiver.requests[0]?.path).toBe('/webhooks/rest/webhook');
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer t');
  });

  it('may be any address that ends in its name', async () => {
    const bot = await bench.open({ engine: 'RASA', settings: { url: `${receiver.url}/bots/1/webhook` } });
    await talk(bot, turnOf());
    expect(receiver.requests[0]?.path).toBe('/bots/1/webhook');
  });

  it('knows each session as a sender, or each conversation', async () => {
    const perSession = await bench.open({ engine: 'RASA', settings: { url: receiver.url } });
    await talk(perSession, turnOf());
    const perConversation = await bench.open({
      engine: 'RASA',
      settings: { url: receiver.url, sender: 'CONVERSATION' },
    });
    await talk(perConversation, turnOf());
    expect(sent().map(({ sender }) => sender)).toEqual(['se-1', 'cv-1']);
  });

  it('is sent events as intents', async () => {
    const settings = { url: receiver.url, events: { ON_CONNECT: '/greet' } };
    const bot = await bench.open({ engine: 'RASA', settings });
    await talk(bot, turnOf({ message: { type: 'event', event: 'ON_CONNECT' } }));
    await talk(bot, turnOf({ message: { type: 'event', event: 'SESSION_CLOSURE' } }));
    expect(sent().map(({ message }) => message)).toEqual(['/greet', '/session_closure']);
  });

  it('has its pictures, files and own JSON passed on', async () => {
    const bot = await bench.open({ engine: 'RASA', settings: { url: receiver.url } });
    receiver.script(
      json(200, [
        { text: 'Look', image: 'https://x.example.com/a.png' },
        { attachment: { type: 'video', payload: { src: 'https://x.example.com/v.mp4' } } },
        { attachment: 'https://x.example.com/f.pdf' },
        { custom: { type: 'template', payload: { template_type: 'list' } } },
        { text: '' },
        'not a message',
        { buttons: [{ title: 'Site', url: 'https://x.example.com' }, { payload: 'bare' }] },
      ]),
    );
    expect(texts(await talk(bot, turnOf()))).toEqual([
      'Look',
      { type: 'image', payload: { url: 'https://x.example.com/a.png' } },
      { type: 'video', payload: { url: 'https://x.example.com/v.mp4' } },
      { type: 'link', payload: { url: 'https://x.example.com/f.pdf' } },
      { type: 'template', payload: { template_type: 'list' } },
      {
        type: 'template',
        payload: {
          template_type: 'button',
          text: '',
          buttons: [
            { type: 'web_url', title: 'Site', url: 'https://x.example.com' },
            { type: 'postback', title: 'bare', payload: 'bare' },
          ],
        },
      },
    ]);
  });

  it('has more than three choices drawn as quick replies', async () => {
    const bot = await bench.open({ engine: 'RASA', settings: { url: receiver.url } });
    const buttons = ['a', 'b', 'c', 'd'].map((title) => ({ title, payload: `/${title}` }));
    receiver.script(json(200, [{ text: 'Which?', buttons }]));
    const [template] = texts(await talk(bot, turnOf()));
    expect(template).toMatchObject({
      payload: {
        template_type: 'quick_replies',
        quick_replies: [{ content_type: 'text', title: 'a', payload: '/a' }, {}, {}, {}],
      },
    });
  });

  it('may answer nothing with an empty list only', async () => {
    const bot = await bench.open({ engine: 'RASA', settings: { url: receiver.url } });
    receiver.script(answer(200, ''));
    await expect(talk(bot, turnOf())).rejects.toThrow(/did not answer with JSON/);
  });
});
