import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import { createBot, createCaller, goLive, type HookResponse, type LiveChannel } from '../support/app.js';
import { echo, end, engineOf, type Line, lineOf, openLine, said, text } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const TEMPLATE = { type: 'template', payload: { template_type: 'button', text: 'Pick' } };

/** Shows what reached the bot. */
const mirror: Engine['reply'] = async function* (turn) {
  const { type } = turn.message;
  yield said(JSON.stringify({ ...turn.message, type, language: turn.language, newSession: turn.newSession }));
  if (type === 'template') yield { type: 'said', contents: [{ type: 'TEMPLATE', value: JSON.stringify(TEMPLATE) }] };
  const ended = type === 'template' && { endOfTask: { taskId: 'dg-1', taskName: 'Task', reason: 'Fulfilled' } };
  yield { ...end(turn), ...ended };
};

describe('a synchronous hook of the second version', () => {
  let line: Line;
  beforeAll(async () => {
    line = await openLine(engineOf(mirror));
  });
  afterAll(() => line.app.remove());

  const heard = (answer: HookResponse) => JSON.parse(answer.body.data[0].val);

  it('answers a text with typed items, the session and the trace', async () => {
    const answer = await line.v2(text('hm'), { to: { id: 'their-bot' } });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      _v: 'v2',
      to: 'u',
      from: 'their-bot',
      data: [
        {
          type: 'text',
          val: expect.any(String),
          createdOn: expect.stringMatching(ISO),
          messageId: expect.stringMatching(/^ms-/),
        },
      ],
      sessionId: expect.stringMatching(/^se-/),
      traceId: answer.headers.get('x-trace-id'),
    });
    expect(heard(answer)).toMatchObject({ type: 'text', text: 'hm', attachments: [] });
    const again = await line.v2(text('hm'), { session: { id: answer.body.sessionId } });
    expect(again.body.sessionId).toBe(answer.body.sessionId);
  });

  it('hands on templates, events, form data and attachments', async () => {
    const attachments = ['https://files.test/a.png', { url: 'https://files.test/b' }];
    expect(heard(await line.v2({ ...text('look'), attachments }))).toMatchObject({ text: 'look', attachments });
    expect(heard(await line.v2(text('look'), { attachments, token: {} }))).toMatchObject({ attachments });
    expect(heard(await line.v2({ ...text('look'), attachments: {} }, { attachments }))).toMatchObject({ attachments });
    expect(heard(await line.v2({ type: 'event', val: 'ON_CONNECT' }, { session: { new: true } }))).toMatchObject({
      type: 'event',
      event: 'ON_CONNECT',
      newSession: true,
    });
    const answer = await line.v2({ type: 'template', val: { any: 'thing' } });
    expect(heard(answer)).toMatchObject({ type: 'template', template: { any: 'thing' } });
    expect(answer.body).toMatchObject({
      data: [{}, { type: 'template', val: TEMPLATE }],
      endOfTask: true,
      endReason: 'Fulfilled',
      completedTaskId: 'dg-1',
      completedTaskName: 'Task',
    });
  });

  it.each([
    ['a text with an empty object as attachments', { ...text('hi'), attachments: {} }, { text: 'hi', attachments: [] }],
    ['a text with an empty text as attachments', { ...text('hi'), attachments: '' }, { text: 'hi', attachments: [] }],
    ['an event with an empty name', { type: 'event', val: '', attachments: {} }, { type: 'event', event: '' }],
    ['an event without a name', { type: 'event', attachments: null }, { type: 'event', event: '' }],
    ['an event with a name and no attachments', { type: 'event', val: 'E', attachments: {} }, { event: 'E' }],
  ])('takes what mobile clients send: %s', async (_what, message, wanted) => {
    const answer = await line.v2(message, { from: { id: 'u' }, token: '{}' });
    expect(answer.status).toBe(200);
    expect(heard(answer)).toMatchObject(wanted);
  });

  it.each([['interactiveLanguage'], ['InteractiveLanguage']])(
    'switches the language of the conversation with %s',
    async (key) => {
      const from = { id: key };
      expect(heard(await line.v2(text('x'), { from }))).toMatchObject({ language: 'en' });
      expect(heard(await line.v2(text('x'), { from, [key]: 'fr' }))).toMatchObject({ language: 'fr' });
      expect(heard(await line.v2(text('x'), { from }))).toMatchObject({ language: 'fr' });
      expect(heard(await line.v2(text('x'), { from, session: { new: true } }))).toMatchObject({ language: 'en' });
    },
  );

  it('closes a session once, and says when there is none', async () => {
    const from = { id: 'closer' };
    const close = async () => (await line.v2({ type: 'event', val: 'SESSION_CLOSURE' }, { from })).body;
    const item = { type: 'event', val: 'SESSION_CLOSURE', description: expect.any(String) };
    expect((await close()).data).toMatchObject([{ ...item, eventType: 'SESSION_CLOSURE_IGNORED' }]);
    const { sessionId } = (await line.v2(text('x'), { from })).body;
    const closed = await close();
    expect(closed).toMatchObject({ sessionId });
    expect(closed.data.at(-1)).toMatchObject({ ...item, eventType: 'SESSION_CLOSURE_SUCCESS' });
    expect((await close()).data).toMatchObject([{ ...item, eventType: 'SESSION_CLOSURE_IGNORED' }]);
    const next = (await line.v2(text('x'), { from })).body;
    expect(next.sessionId).not.toBe(sessionId);
  });

  it('takes the rest of the documented envelope, and keys it does not know', async () => {
    const answer = await line.v2(text('x'), {
      session: null,
      from: { id: 17, userInfo: { firstName: 'Ada' } },
      to: '',
      mergeIdentity: 'true',
      metaTags: { userLevelTags: [{ name: 'a', value: 'b' }], sessionLevelTags: [], messageLevelTags: null },
      messageLevelTags: [{ name: 'n', value: 1 }],
      customData: { userToken: 'x' },
      preferredChannelForResponse: 'rtm',
      token: {},
      extra: 1,
    });
    expect(answer.status).toBe(200);
    expect((await line.v2(text('x'), { mergeIdentity: true })).status).toBe(200);
  });

  const valid = { message: text('x'), from: { id: 'wrong' } };
  it.each<[string, unknown]>([
    ['message', { from: { id: 'wrong' } }],
    ['message', { ...valid, message: 'hello' }],
    ['message', { ...valid, message: [] }],
    ['message.type', { ...valid, message: { val: 'x' } }],
    ['message.type', { ...valid, message: { type: 1, val: 'x' } }],
    ['message.type', { ...valid, message: { type: 'image', val: 'x' } }],
    ['message.val', { ...valid, message: { type: 'text' } }],
    ['message.val', { ...valid, message: { type: 'text', val: 1 } }],
    ['message.val', { ...valid, message: { type: 'text', val: ' \n' } }],
    ['message.val', { ...valid, message: { type: 'text', val: {} } }],
    ['message.val', { ...valid, message: { type: 'event', val: {} } }],
    ['message.val', { ...valid, message: { type: 'event', val: 1 } }],
    ['message.val', { ...valid, message: { type: 'template', val: 'x' } }],
    ['message.val', { ...valid, message: { type: 'template', val: [] } }],
    ['message.val', { ...valid, message: { type: 'formData', val: 'x' } }],
    ['message.val.formId', { ...valid, message: { type: 'formData', val: {} } }],
    ['message.val.formId', { ...valid, message: { type: 'formData', val: { formId: 'frm-unknown', data: [] } } }],
    ['message.val.data', { ...valid, message: { type: 'formData', val: { formId: 'f', data: {} } } }],
    ['message.val.meta', { ...valid, message: { type: 'formData', val: { formId: 'f', meta: [] } } }],
    ['message.val', { ...valid, message: { type: 'text', val: 'x'.repeat(900_000) } }],
    ['message.id', { ...valid, message: { ...text('x'), id: 5 } }],
    ['message.attachments', { ...valid, message: { ...text('x'), attachments: { a: 1 } } }],
    ['message.attachments', { ...valid, message: { ...text('x'), attachments: Array(1000).fill('https://a.test/') } }],
    ['message.attachments.0', { ...valid, message: { ...text('x'), attachments: [1] } }],
    ['message.attachments', { ...valid, message: { type: 'event', val: 'E', attachments: ['https://a.test/'] } }],
    ['attachments', { ...valid, attachments: 'x' }],
    ['from', { message: text('x') }],
    ['from', { ...valid, from: 'u' }],
    ['from.id', { ...valid, from: { id: {} } }],
    ['from.userInfo', { ...valid, from: { id: 'wrong', userInfo: 'x' } }],
    ['to', { ...valid, to: 5 }],
    ['to.groupInfo', { ...valid, to: { groupInfo: 'x' } }],
    ['session', { ...valid, session: 'x' }],
    ['session.new', { ...valid, session: { new: 'yes' } }],
    ['session.id', { ...valid, session: { id: 1 } }],
    ['mergeIdentity', { ...valid, mergeIdentity: {} }],
    ['preferredChannelForResponse', { ...valid, preferredChannelForResponse: 1 }],
    ['metaTags', { ...valid, metaTags: [] }],
    ['metaTags.userLevelTags', { ...valid, metaTags: { userLevelTags: 'x' } }],
    ['metaTags.userLevelTags.0.name', { ...valid, metaTags: { userLevelTags: [{}] } }],
    ['interactiveLanguage', { ...valid, interactiveLanguage: 1 }],
    ['interactiveLanguage', { ...valid, interactiveLanguage: 'no such language' }],
  ])('refuses a wrong %s by name, in the uniform form', async (field, body) => {
    const answer = await line.app.post(line.v2Path, body, line.caller.headers());
    expect(answer.body).toMatchObject({ errors: [{ code: 400, reason: 'BAD_USER_INPUT', field }], _v: 'v2' });
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body._t).toBe(answer.headers.get('x-trace-id'));
  });

  it('has stored nothing of what it refused, and refuses a million characters by their number', async () => {
    expect((await line.v2(text('x'.repeat(1024 * 1024)), { from: { id: 'wrong' } })).status).toBe(413);
    const { conversations } = await line.app.gql('{ conversations(user: "wrong") { edges { node { id } } } }');
    expect(conversations.edges).toEqual([]);
  });

  it('says what is wrong with the token, the path and the body in the same form', async () => {
    const cases: [HookResponse, number][] = [
      [await line.app.post(line.v2Path, valid, { authorization: 'bearer no' }), 401],
      [await line.app.post('/chatbot/v2/webhook/st-none', valid, line.caller.headers()), 404],
      [await line.app.post(`${line.v2Path}/hookInstance/ivrInst-none`, valid, line.caller.headers()), 404],
      [await line.app.post(line.v2Path, '{"message"', line.caller.headers()), 400],
    ];
    for (const [answer, status] of cases) {
      expect(answer).toMatchObject({ status, body: { errors: [{ code: status }], _v: 'v2' } });
      expect(answer.body._t).toMatch(/^RTM-TRACE-/);
    }
  });

  it('binds a token that names a user to that user, in both versions', async () => {
    const headers = line.caller.headers({ userIdentity: 'ada' });
    expect((await line.v2(text('x'), { from: { id: 'ada' } }, headers)).status).toBe(200);
    expect((await line.v2(text('x'), { from: { id: 'bob' } }, headers)).body.errors[0].msg).toBe(
      'Invalid Access token',
    );
    expect((await line.v2(text('x'), { from: { id: 'bob' } }, headers)).status).toBe(401);
    expect((await line.v1({ message: { text: 'x' }, from: { id: 'bob' } }, headers)).status).toBe(401);
  });

  it('is the same conversation whichever version it is spoken in', async () => {
    const from = { id: 'both' };
    const first = await line.v2(text('x'), { from });
    const second = JSON.parse((await line.v1({ message: { text: 'x' }, from })).body.text);
    expect(heard(first)).toMatchObject({ newSession: true });
    expect(second).toMatchObject({ newSession: false });
  });

  it("carries its caller's trace on, and shows it in the stored conversation", async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceId = 'RTM-TRACE-4bf92f35-77b3-4da6-a3ce-929d0e0e4736';
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const answer = await line.v2(text('x'), { from: { id: 'traced' } }, headers);
    expect(answer.headers.get('x-trace-id')).toBe(traceId);
    expect(answer.body.traceId).toBe(traceId);
    const { conversations } = await line.app.gql(
      '{ conversations(user: "traced") { edges { node { turns { edges { node { traceId } } } } } } }',
    );
    expect(conversations.edges[0].node.turns.edges[0].node.traceId).toBe(traceId);
    for (const traceparent of [
      '',
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `ff-${trace}-00f067aa0ba902b7-01`,
      'x',
    ]) {
      const other = await line.v2(text('x'), {}, { traceparent });
      expect(other.headers.get('x-trace-id')).toMatch(/^RTM-TRACE-[0-9a-f-]{36}$/);
      expect(other.headers.get('x-trace-id')).not.toBe(traceId);
    }
  });
});

describe('what a bot says on a preferred channel', () => {
  it("is that channel's override, by its name, its id or its type", async () => {
    const line = await openLine({});
    try {
      const { app, caller, channel } = line;
      const [other] = (await goLive(app, channel.botId, [{ name: 'kiosk', appClientId: caller.clientId }])) as [
        LiveChannel,
      ];
      const override = (channelId: string | null, value: string) =>
        app.gql('mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }', {
          input: {
            botId: channel.botId,
            messageKey: 'standard.not_understood',
            channelId,
            contents: [{ type: 'TEXT', value }],
          },
        });
      await override(channel.id, 'own');
      await override(other.id, 'kiosk says');
      await override(null, 'all webhooks say');
      await goLive(app, channel.botId, [{ name: 'third', appClientId: caller.clientId }]);
      const { bot } = await app.gql('query($id: ID!) { bot(id: $id) { channels { id } } }', { id: channel.botId });
      await app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
        input: { botId: channel.botId, channelIds: bot.channels.map(({ id }: { id: string }) => id) },
      });
      const { approvalRequests } = await app.gql('{ approvalRequests(status: PENDING) { edges { node { id } } } }');
      for (const { node } of approvalRequests.edges)
        await app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: node.id });
      const says = async (preferredChannelForResponse?: string) =>
        (await line.v2(text('hm'), { preferredChannelForResponse })).body.data[0].val;
      expect(await says()).toBe('own');
      expect(await says('kiosk')).toBe('kiosk says');
      expect(await says(other.id)).toBe('kiosk says');
      const atKiosk = lineOf(app, caller, other);
      const kiosk = async (preferredChannelForResponse?: string) =>
        (await atKiosk.v2(text('hm'), { preferredChannelForResponse })).body.data[0].val;
      expect([await kiosk(), await kiosk('ivr'), await kiosk('third')]).toEqual([
        'kiosk says',
        'own',
        'all webhooks say',
      ]);
      expect(await says('rtm')).toMatch(/^Sorry, I did not understand/);
    } finally {
      await line.app.remove();
    }
  });
});

describe('an asynchronous hook of the second version', () => {
  let line: Line | undefined;
  let receiver: Receiver | undefined;
  afterEach(async () => {
    await line?.app.remove();
    await receiver?.close();
  });

  it('acknowledges with the trace and POSTs typed items under the same trace', async () => {
    receiver = await createReceiver();
    line = await openLine(engineOf(echo), { mode: 'ASYNC', postUrl: receiver.url });
    const acknowledged = await line.v2(text('hello'));
    const traceId = acknowledged.headers.get('x-trace-id') ?? '';
    expect(acknowledged).toMatchObject({ status: 200, body: { status: 'ok', _v: 'v2', traceId } });
    const [request] = await receiver.received(1);
    expect(request?.json()).toMatchObject({
      _v: 'v2',
      data: [{ type: 'text', val: 'hello', createdOn: expect.stringMatching(ISO), messageId: expect.any(String) }],
      to: 'u',
      from: line.channel.botId,
      sequence: 1,
      lastInTurn: true,
      traceId,
    });
    const hex = traceId.replace('RTM-TRACE-', '').replaceAll('-', '');
    expect(request?.headers.traceparent).toMatch(new RegExp(`^00-${hex}-[0-9a-f]{16}-01$`));
  });

  it('answers the instance path of a further channel with that channel alone', async () => {
    receiver = await createReceiver();
    line = await openLine(engineOf(echo), { mode: 'ASYNC', postUrl: receiver.url });
    const { app, channel } = line;
    const other = await createCaller(app);
    const [second] = (await goLive(app, await createBot(app), [{ appClientId: other.clientId }])) as [LiveChannel];
    const foreign = lineOf(app, other, second);
    expect((await app.post(line.v2Path, { message: text('x'), from: { id: 'u' } }, other.headers())).status).toBe(401);
    expect((await foreign.v2(text('x'))).body.data[0].val).toBe('x');
    expect((await app.post(`${foreign.v2Path}/hookInstance/${channel.id}`, {}, other.headers())).status).toBe(404);
  });
});
