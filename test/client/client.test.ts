import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHookClient, type HookClient, HookError } from '../../src/client/client.js';
import { answer, createReceiver, json, type Receiver, reset } from '../support/receiver.js';

const said = (text: unknown): ReturnType<typeof json> => json(200, { text });
const v2 = (data: object[], more = {}): ReturnType<typeof json> => json(200, { _v: 'v2', data, ...more });
const text = (val: string) => ({ type: 'text', val, createdOn: '2026-01-01T00:00:00.000Z', messageId: 'ms-1' });

describe('the client of a hook', () => {
  let receiver: Receiver;
  let waits: number[];
  beforeAll(async () => {
    receiver = await createReceiver(said('ok'));
  });
  beforeEach(() => {
    receiver.requests.length = 0;
    waits = [];
  });
  afterAll(() => receiver.close());

  const client = (path = '/chatbot/hooks/st-1/hookInstance/ivrInst-1', more = {}): HookClient =>
    createHookClient({
      url: `${receiver.url}${path}`,
      clientId: 'cs-1',
      clientSecret: 'secret',
      surroundings: { random: () => 0, wait: async (ms) => void waits.push(ms) },
      ...more,
    });
  const clientV2 = (more = {}) => client('/chatbot/v2/webhook/st-1/hookInstance/ivrInst-1', more);
  const bodies = () => receiver.requests.map((request) => request.json());
  const failureOf = (reply: Promise<unknown>): Promise<HookError> =>
    reply.then(
      () => expect.unreachable(),
      (error: unknown) => {
        expect(error).toBeInstanceOf(HookError);
        return error as HookError;
      },
    );

  describe('of the first version', () => {
    it('sends what was said, by whom, and a token that is good once and for five minutes', async () => {
      const custom = { customData: { a: 1 }, newSession: true, to: 'st-1', userInfo: { firstName: 'Ann' } };
      await client().send({ from: 'user-1', text: 'hi', attachments: ['https://x.example.com/a'], ...custom });
      const [request] = receiver.requests;
      expect(request?.path).toBe('/chatbot/hooks/st-1/hookInstance/ivrInst-1');
      expect(request?.json()).toEqual({
        session: { new: true },
        message: { text: 'hi', attachments: ['https://x.example.com/a'] },
        from: { id: 'user-1', userInfo: { firstName: 'Ann' } },
        to: { id: 'st-1' },
        customData: { a: 1 },
      });
      const [scheme, token = ''] = String(request?.headers.authorization).split(' ');
      const claims = jwt.verify(token, 'secret', { algorithms: ['HS256'] }) as jwt.JwtPayload;
      expect(scheme).toBe('Bearer');
      expect(claims).toMatchObject({ appId: 'cs-1', sub: 'user-1', jti: expect.any(String) });
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
    });

    it('signs with HS512 and more claims when the app wants it', async () => {
      await client(undefined, { algorithm: 'HS512', claims: { userIdentity: 'user-1' } }).send({
        from: 'u',
        text: 'x',
      });
      const token = String(receiver.requests[0]?.headers.authorization).split(' ')[1] ?? '';
      expect(jwt.verify(token, 'secret', { algorithms: ['HS512'] })).toMatchObject({ userIdentity: 'user-1' });
    });

    it.each([
      ['a string', 'Hello', [{ type: 'text', text: 'Hello' }]],
      ['nothing', '', []],
      [
        'texts and templates in either form',
        ['One', { type: 'template', payload: {} }, '{"type":"template","payload":{"text":"x"}}', '{"price":5}', '{not'],
        [
          { type: 'text', text: 'One' },
          { type: 'template', template: { type: 'template', payload: {} } },
          { type: 'template', template: { type: 'template', payload: { text: 'x' } } },
          { type: 'text', text: '{"price":5}' },
          { type: 'text', text: '{not' },
        ],
      ],
    ])('reads %s', async (_, sent, messages) => {
      receiver.script(said(sent));
      expect(await client().send({ from: 'u', text: 'x' })).toEqual({
        accepted: false,
        agentTransfer: false,
        messages,
      });
    });

    it('reads the end of a task, a hand-over and the trace id', async () => {
      const end = { endOfTask: true, endReason: 'Fulfilled', completedTaskId: 'dg-1', completedTaskName: 'Order' };
      receiver.script(json(200, { text: 'x', ...end, agentTransfer: true }, { 'x-trace-id': 'RTM-TRACE-1' }));
      expect(await client().send({ from: 'u', text: 'x' })).toMatchObject({
        endOfTask: { reason: 'Fulfilled', taskId: 'dg-1', taskName: 'Order' },
        agentTransfer: true,
        traceId: 'RTM-TRACE-1',
      });
    });

    it('knows that an empty answer means: accepted', async () => {
      receiver.script(answer(200));
      expect(await client().send({ from: 'u', text: 'x' })).toMatchObject({ accepted: true, messages: [] });
    });

    it.each([
      ['connect', (hook: HookClient) => hook.connect({ from: 'u' })],
      ['a template', (hook: HookClient) => hook.send({ from: 'u', template: {} })],
      ['a language', (hook: HookClient) => hook.send({ from: 'u', text: 'x', language: 'de' })],
    ])('says that %s needs the second version', async (_, act) => {
      expect((await failureOf(act(client()))).reason).toBe('NEEDS_V2');
      expect(receiver.requests).toEqual([]);
    });
  });

  describe('of the second version', () => {
    it('sends typed messages', async () => {
      receiver.script(...Array.from({ length: 5 }, () => v2([])));
      const hook = clientV2();
      await hook.send({ from: 'u', text: 'hi', language: 'de' });
      await hook.send({ from: 'u', template: { a: 1 } });
      await hook.send({ from: 'u', formData: { formId: 'f', data: [] } });
      await hook.connect({ from: 'u' });
      await hook.close({ from: 'u' });
      expect(bodies()).toEqual([
        { message: { type: 'text', val: 'hi' }, from: { id: 'u' }, interactiveLanguage: 'de' },
        { message: { type: 'template', val: { a: 1 } }, from: { id: 'u' } },
        { message: { type: 'formData', val: { formId: 'f', data: [] } }, from: { id: 'u' } },
        { session: { new: true }, message: { type: 'event', val: 'ON_CONNECT' }, from: { id: 'u' } },
        { message: { type: 'event', val: 'SESSION_CLOSURE' }, from: { id: 'u' } },
      ]);
    });

    it('reads typed items, and what was acknowledged', async () => {
      receiver.script(
        v2(
          [
            text('One'),
            { type: 'template', val: { type: 'template' } },
            { type: 'template', val: '{"type":"template","payload":{}}' },
            { type: 'event', val: 'SESSION_CLOSURE', eventType: 'SESSION_CLOSURE_SUCCESS' },
          ],
          { sessionId: 'se-1' },
        ),
        json(200, { status: 'ok', _v: 'v2', traceId: 'RTM-TRACE-2' }),
      );
      const reply = await clientV2().send({ from: 'u', text: 'x' });
      expect(reply.sessionId).toBe('se-1');
      expect(reply.messages).toEqual([
        { type: 'text', text: 'One', messageId: 'ms-1', createdOn: '2026-01-01T00:00:00.000Z' },
        { type: 'template', template: { type: 'template' } },
        { type: 'template', template: { type: 'template', payload: {} } },
        { type: 'event', event: 'SESSION_CLOSURE', outcome: 'SESSION_CLOSURE_SUCCESS' },
      ]);
      expect(await clientV2().send({ from: 'u', text: 'x' })).toMatchObject({ accepted: true, traceId: 'RTM-TRACE-2' });
    });

    it('polls for the rest at the bot, from one poll id to the next, until there is none', async () => {
      receiver.script(
        v2([text('One')], { pollId: 'p 1' }),
        json(200, { status: 'Inprogress', pollId: 'p 1', _v: 'v2' }),
        v2([text('Two')], { pollId: 'p2' }),
        v2([text('Three')], { endOfTask: true, endReason: 'Fulfilled' }),
      );
      const reply = await clientV2().send({ from: 'u', text: 'x' });
      expect(reply.messages.map((message) => message.type === 'text' && message.text)).toEqual(['One', 'Two', 'Three']);
      expect(reply.pollId).toBeUndefined();
      expect(reply.endOfTask?.reason).toBe('Fulfilled');
      expect(receiver.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        'POST /chatbot/v2/webhook/st-1/hookInstance/ivrInst-1',
        'GET /chatbot/v2/webhook/st-1/poll/p%201',
        'GET /chatbot/v2/webhook/st-1/poll/p%201',
        'GET /chatbot/v2/webhook/st-1/poll/p2',
      ]);
      expect(waits).toEqual([1000]);
    });

    it('leaves the polling to a caller who wants the first part at once', async () => {
      receiver.script(v2([text('One')], { pollId: 'p1' }), v2([text('Two')]));
      const reply = await clientV2().send({ from: 'u', text: 'x', poll: false });
      expect(reply).toMatchObject({ pollId: 'p1', messages: [{ text: 'One' }] });
      expect((await clientV2().poll('p1')).messages).toMatchObject([{ text: 'Two' }]);
    });
  });

  describe('when something fails', () => {
    it('sends again with the same key and a fresh token, and waits longer each time', async () => {
      receiver.script(answer(502, 'bad'), reset(), json(504, { errors: [] }), said('at last'));
      expect((await client().send({ from: 'u', text: 'x' })).messages).toEqual([{ type: 'text', text: 'at last' }]);
      expect(new Set(receiver.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
      expect(new Set(receiver.requests.map(({ headers }) => headers.authorization)).size).toBe(4);
      expect(new Set(receiver.requests.map(({ text }) => text)).size).toBe(1);
      expect(waits).toEqual([125, 250, 500]);
    });

    it('uses the key it is given, and a new one for a new message', async () => {
      await client().send({ from: 'u', text: 'x', idempotencyKey: 'mine' });
      await client().send({ from: 'u', text: 'x' });
      await client().send({ from: 'u', text: 'x' });
      const keys = receiver.requests.map(({ headers }) => headers['idempotency-key']);
      expect(keys[0]).toBe('mine');
      expect(new Set(keys).size).toBe(3);
    });

    it('waits as long as the hook asks, but not for ever', async () => {
      receiver.script(answer(429, '', { 'retry-after': '7' }), said('ok'), answer(503, '', { 'retry-after': '3600' }));
      await client().send({ from: 'u', text: 'x' });
      expect(waits).toEqual([7000]);
      const failure = await failureOf(client().send({ from: 'u', text: 'x' }));
      expect(failure).toMatchObject({ status: 503, retryAfterMs: 3_600_000 });
      expect(receiver.requests).toHaveLength(3);
    });

    it('does not send again what is refused for good, and says why', async () => {
      const errors = [{ msg: 'Waiting for approval', code: 403, reason: 'AWAITING_APPROVAL' }];
      receiver.script(json(403, { errors }, { 'x-trace-id': 'RTM-TRACE-3' }));
      const failure = await failureOf(client().send({ from: 'u', text: 'x' }));
      expect(failure).toMatchObject({ status: 403, reason: 'AWAITING_APPROVAL', errors, traceId: 'RTM-TRACE-3' });
      expect(failure.message).toBe('Waiting for approval');
      expect(receiver.requests).toHaveLength(1);
    });

    it('gives up after the tries it has', async () => {
      receiver.script(answer(500), answer(500));
      const failure = await failureOf(client(undefined, { retries: 1 }).send({ from: 'u', text: 'x' }));
      expect(failure).toMatchObject({ status: 500, reason: 'HTTP_500', transient: true });
      expect(receiver.requests).toHaveLength(2);
    });

    it('takes its token nowhere else', async () => {
      receiver.script(answer(307, '', { location: `${receiver.url}/elsewhere` }));
      expect((await failureOf(client().send({ from: 'u', text: 'x' }))).status).toBe(307);
      expect(receiver.requests).toHaveLength(1);
    });

    it('stops when its caller does not want it any more', async () => {
      const signal = AbortSignal.abort();
      expect((await failureOf(client().send({ from: 'u', text: 'x', signal }))).reason).toBe('ABORTED');
      expect(receiver.requests).toEqual([]);
    });

    it.each(['https://example.com/', 'https://example.com/chatbot/hooks/', 'nonsense'])(
      'refuses %s, which is no hook',
      (url) => {
        const make = () => createHookClient({ url, clientId: 'cs-1', clientSecret: 's' });
        expect(make).toThrow(/is not the URL of a webhook channel/);
      },
    );
  });

  it('says so when there is something else at the address', async () => {
    receiver.script(answer(200, '<html>'));
    expect((await failureOf(client().send({ from: 'u', text: 'x' }))).reason).toBe('BAD_ANSWER');
  });
});
