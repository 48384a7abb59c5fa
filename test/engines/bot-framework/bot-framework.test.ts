import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TurnRequest } from '../../../src/bots/engine.js';
import type { JsonObject } from '../../../src/json.js';
import { createTestClock, type TestClock } from '../../support/clock.js';
import { answer, createReceiver, json, type Received, type Receiver } from '../../support/receiver.js';
import { describeRemoteEngine } from '../contract.js';
import { createBench, type RemoteBench, talk, texts, turnOf } from '../remote-bot.js';

interface Activity {
  type: string;
  text?: string;
  value?: { [key: string]: never };
  attachments?: { contentUrl: string }[];
  membersAdded?: { id: string }[];
  from: { id: string };
  channelData: { customData?: never };
  [more: string]: unknown;
}
const activityOf = (request: Received | undefined): Activity => request?.json() as Activity;
const activities = (...sent: object[]) => json(200, { activities: sent });
const message = (more: object) => ({ type: 'message', ...more });
const card = (kind: string, content: object) => ({ contentType: `application/vnd.microsoft.card.${kind}`, content });

describeRemoteEngine({
  engine: 'BOT_FRAMEWORK',
  settings: (url) => ({ url: `${url}/api/messages` }),
  secrets: { appPassword: 'app-password-1' },
  says: (...messages) => activities(...messages.map((text) => message({ text }))),
  rich: {
    sent: activities(
      message({
        attachments: [
          card('hero', {
            title: 'Tea?',
            text: 'Or not.',
            buttons: [
              { type: 'imBack', title: 'Tea', value: 'choose_tea' },
              { type: 'openUrl', title: 'Shop', value: 'https://tea.example.com' },
            ],
          }),
        ],
      }),
    ),
    seen: {
      type: 'template',
      payload: {
        template_type: 'button',
        text: 'Tea?\nOr not.',
        buttons: [
          { type: 'postback', title: 'Tea', payload: 'choose_tea' },
          { type: 'web_url', title: 'Shop', url: 'https://tea.example.com' },
        ],
      },
    },
  },
  byKey: (messageKey, text, values) => activities(message({ text, channelData: { messageKey, values } })),
  heard: (request) => {
    const activity = activityOf(request);
    return {
      text: activity.text,
      customData: activity.channelData.customData,
      attachment: activity.attachments?.[0]?.contentUrl,
      event:
        activity.type === 'conversationUpdate' && activity.membersAdded?.[0]?.id === 'user-1'
          ? 'ON_CONNECT'
          : undefined,
      form: activity.value,
      user: activity.from.id,
    };
  },
  garbage: {
    'an acknowledgement alone': json(200, { id: 'a' }),
    'a string': json(200, 'ok'),
    'activities that are no list': json(200, { activities: {} }),
  },
});

describe('the Bot Framework protocol', () => {
  let clock: TestClock;
  let bench: RemoteBench;
  let receiver: Receiver;
  beforeEach(async () => {
    clock = createTestClock();
    bench = createBench(clock);
    receiver = await createReceiver(activities());
  });
  afterEach(async () => {
    await bench[Symbol.asyncDispose]();
    await receiver.close();
  });

  const open = (settings: JsonObject = {}, secrets: Record<string, string> = {}) =>
    bench.open({ engine: 'BOT_FRAMEWORK', settings: { url: `${receiver.url}/api/messages`, ...settings }, secrets });
  const say = async (turn: Partial<TurnRequest> & { text?: string }) => talk(await open(), turnOf(turn));
  const seen = async (...sent: object[]) => {
    receiver.script(activities(...sent));
    return texts(await say({}));
  };

  it('sends an Activity that wants its replies in the answer', async () => {
    await say({ text: 'hi', user: { id: 'user-1', info: { firstName: 'Ann', lastName: 'Lee' } } });
    expect(activityOf(receiver.requests[0])).toMatchObject({
      id: 'tn-1',
      type: 'message',
      text: 'hi',
      deliveryMode: 'expectReplies',
      channelId: 'directline',
      conversation: { id: 'se-1' },
      from: { id: 'user-1', name: 'Ann Lee', role: 'user' },
      recipient: { id: 'st-1', name: 'Remote', role: 'bot' },
      locale: 'en',
      timestamp: '2026-01-01T00:00:00.000Z',
    });
    expect(receiver.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('sends back as an object what a card submitted as one', async () => {
    const [template] = await seen(
      message({
        text: 'Pick',
        suggestedActions: { actions: [{ type: 'postBack', title: 'One', value: { pick: 1 } }] },
      }),
    );
    expect(template).toEqual({
      type: 'template',
      payload: {
        template_type: 'quick_replies',
        text: 'Pick',
        quick_replies: [{ content_type: 'text', title: 'One', payload: '{"pick":1}' }],
      },
    });
    await say({ text: '{"pick":1}' });
    const activity = activityOf(receiver.requests[1]);
    expect(activity.value).toEqual({ pick: 1 });
    expect(activity).not.toHaveProperty('text');
  });

  it('tells of other events by name, and of the end of a session', async () => {
    await say({ message: { type: 'event', event: 'PAID' } });
    await say({ message: { type: 'event', event: 'SESSION_CLOSURE' } });
    await say({ message: { type: 'template', template: { a: 1 } } });
    expect(receiver.requests.map(activityOf)).toMatchObject([
      { type: 'event', name: 'PAID' },
      { type: 'endOfConversation', code: 'userCancelled' },
      { type: 'message', value: { a: 1 } },
    ]);
  });

  it('draws several cards as a carousel, or as a list', async () => {
    const cards = ['A', 'B'].map((title) =>
      card('thumbnail', {
        title,
        subtitle: 'sub',
        images: [{ url: `https://x.example.com/${title}.png` }],
        tap: { type: 'openUrl', value: 'https://x.example.com' },
        buttons: [{ type: 'postBack', title: 'Go', value: title }],
      }),
    );
    const element = (title: string) => ({
      title,
      subtitle: 'sub',
      image_url: `https://x.example.com/${title}.png`,
      default_action: { type: 'web_url', url: 'https://x.example.com' },
      buttons: [{ type: 'postback', title: 'Go', payload: title }],
    });
    const elements = [element('A'), element('B')];
    expect(await seen(message({ text: 'See', attachmentLayout: 'carousel', attachments: cards }))).toEqual([
      'See',
      { type: 'template', payload: { template_type: 'carousel', elements } },
    ]);
    expect(await seen(message({ attachments: cards }))).toEqual([
      { type: 'template', payload: { template_type: 'list', elements } },
    ]);
  });

  it('passes on media, files, receipts and adaptive cards', async () => {
    const adaptive = { type: 'AdaptiveCard', body: [], fallbackText: 'A card' };
    expect(
      await seen(
        message({
          attachments: [
            { contentType: 'image/png', contentUrl: 'https://x.example.com/a.png' },
            { contentType: 'application/pdf', contentUrl: 'https://x.example.com/f.pdf', name: 'f.pdf' },
            card('video', { title: 'V', media: [{ url: 'https://x.example.com/v.mp4' }] }),
            card('adaptive', adaptive),
            card('receipt', { title: 'Bill', items: [{ title: 'Tea', price: '2' }], total: '2' }),
            { contentType: 'text/plain' },
          ],
        }),
      ),
    ).toEqual([
      'Bill\nTea 2\n= 2',
      { type: 'image', payload: { url: 'https://x.example.com/a.png' } },
      { type: 'link', payload: { url: 'https://x.example.com/f.pdf', title: 'f.pdf' } },
      { type: 'video', payload: { url: 'https://x.example.com/v.mp4', title: 'V' } },
      { type: 'template', payload: { template_type: 'adaptive_card', text: 'A card', card: adaptive } },
    ]);
  });

  it('passes on a template of this platform from the channel data', async () => {
    const template = { type: 'template', payload: { template_type: 'table' } };
    expect(await seen(message({ text: 'not shown', channelData: { template } }))).toEqual([template]);
  });

  it('ends the conversation, hands over, and notes what nobody sees', async () => {
    receiver.script(
      activities(
        { type: 'typing' },
        { type: 'trace', name: 'T' },
        { type: 'event', name: 'handoff.initiate' },
        { type: 'endOfConversation', text: 'Bye.', code: 'completedSuccessfully' },
      ),
    );
    const talked = await say({});
    expect(texts(talked)).toEqual(['Bye.']);
    expect(talked.end).toMatchObject({
      endOfTask: { taskId: 'st-1', taskName: 'Remote', reason: 'Fulfilled' },
      closeSession: true,
      agentTransfer: true,
    });
    expect(talked.trace.filter(({ kind }) => kind === 'activity')).toEqual([
      { kind: 'activity', type: 'typing', name: '' },
      { kind: 'activity', type: 'trace', name: 'T' },
    ]);
  });

  describe('with an app id', () => {
    const token = (value: string, expiresIn = 3600) => json(200, { access_token: value, expires_in: expiresIn });
    const authorized = () =>
      receiver.requests.filter(({ path }) => path === '/api/messages').map(({ headers }) => headers.authorization);

    async function withApp(secrets: Record<string, string> = { appPassword: 'pass word' }) {
      return open({ appId: 'app-1', tokenUrl: `${receiver.url}/token` }, secrets);
    }

    it('gets a token by client credentials and keeps it until it is about to expire', async () => {
      const bot = await withApp();
      receiver.script(token('one'), activities(), activities(), token('two'), activities());
      await talk(bot, turnOf());
      await talk(bot, turnOf());
      clock.advance(3301 * 1000);
      await talk(bot, turnOf());
      expect(authorized()).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
      const [asked] = receiver.requests;
      expect(asked?.headers['content-type']).toBe('application/x-www-form-urlencoded');
      expect(Object.fromEntries(new URLSearchParams(asked?.text))).toEqual({
        grant_type: 'client_credentials',
        client_id: 'app-1',
        client_secret: 'pass word',
        scope: 'app-1/.default',
      });
    });

    it('tries another token when the bot refuses one that it had taken before, but no third', async () => {
      const bot = await withApp();
      receiver.script(token('old'), activities(), answer(401), token('new'), activities());
      await talk(bot, turnOf());
      await talk(bot, turnOf());
      expect(authorized()).toEqual(['Bearer old', 'Bearer old', 'Bearer new']);
      receiver.script(answer(401), token('newer'), answer(401));
      await expect(talk(bot, turnOf())).rejects.toMatchObject({ reason: 'STATUS', status: 401 });
      expect(authorized()).toHaveLength(5);
    });

    it.each([
      ['refuses', answer(401, 'invalid_client: pass word'), /answered 401\.$/],
      ['gives no token', json(200, {}), /gave no access_token/],
    ])('says so when the token service %s', async (_, scripted, said) => {
      receiver.script(scripted);
      await expect(talk(await withApp(), turnOf())).rejects.toThrow(said);
    });

    it('says so when its password is missing', async () => {
      await expect(talk(await withApp({}), turnOf())).rejects.toThrow(/set engineSettings\.appPassword/);
    });
  });
});
