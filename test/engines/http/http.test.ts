import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/errors.js';
import { createSigningSecret, verify } from '../../../src/outbound/signature.js';
import { createTestClock, type TestClock } from '../../support/clock.js';
import {
  answer,
  createGate,
  createReceiver,
  hold,
  json,
  type Received,
  type Receiver,
} from '../../support/receiver.js';
import { describeRemoteEngine } from '../contract.js';
import { createBench, type RemoteBench, talk, texts, turnOf } from '../remote-bot.js';

const tea = {
  type: 'template',
  payload: {
    template_type: 'button',
    text: 'Tea?',
    buttons: [{ type: 'postback', title: 'Tea', payload: 'choose_tea' }],
  },
};

interface Sent {
  turnId: string;
  message: { type: string; text: string; event: string; attachments: { url: string }[] };
  customData: never;
  user: { id: string };
  session: { id: string; new: boolean; context: object; state: unknown };
  callbackUrl: string;
}
const bodyOf = (request: Received | undefined): Sent => request?.json() as Sent;

describeRemoteEngine({
  engine: 'HTTP',
  settings: (url) => ({ url: `${url}/bot` }),
  secrets: { token: 'http-token-1', secret: 'a-signing-secret' },
  says: (...messages) => json(200, { messages }),
  rich: { sent: json(200, { messages: [{ template: tea }] }), seen: tea },
  byKey: (key, text, values) => json(200, { messages: [{ key, text, values }] }),
  heard: (request) => {
    const { message, customData, user } = bodyOf(request);
    const { type: _, ...form } = message;
    return {
      text: message.text,
      customData,
      attachment: message.attachments?.[0]?.url,
      event: message.event,
      form: form as never,
      user: user.id,
    };
  },
  garbage: {
    'a list': json(200, ['hi']),
    'a message of the wrong type': json(200, { messages: [5] }),
    'a message that says nothing': json(200, { messages: [{ values: {} }] }),
    'a misspelt member': json(200, { message: ['hi'] }),
    'messages without end': json(200, { messages: Array.from({ length: 101 }, () => 'hi') }),
  },
});

describe('the HTTP protocol', () => {
  let clock: TestClock;
  let bench: RemoteBench;
  let receiver: Receiver;
  beforeEach(async () => {
    clock = createTestClock();
    bench = createBench(clock);
    receiver = await createReceiver(json(200, {}));
  });
  afterEach(async () => {
    await bench[Symbol.asyncDispose]();
    await receiver.close();
  });

  const open = (secrets: Record<string, string> = {}) =>
    bench.open({ engine: 'HTTP', settings: { url: `${receiver.url}/bot` }, secrets });

  it('signs what it sends as Standard Webhooks has it', async () => {
    const secret = createSigningSecret();
    clock.advance(Date.now() - clock.now()); // the library looks at the real time
    await talk(await open({ secret }), turnOf());
    const [request] = receiver.requests;
    const headers = request?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(request?.text ?? '', headers)).toMatchObject({ turnId: 'tn-1' });
    expect(headers['webhook-id']).toBe('tn-1');
  });

  it('takes any other text as the bytes of the key', async () => {
    await talk(await open({ secret: 'quite-secret' }), turnOf());
    const { headers, body } = receiver.requests[0] as Received;
    const signature = String(headers['webhook-signature']);
    const secrets = [`whsec_${Buffer.from('quite-secret'.padEnd(24)).toString('base64')}`];
    const given = { id: 'tn-1', timestamp: String(headers['webhook-timestamp']), signature, body, now: clock.now() };
    expect(verify({ ...given, secrets })).toBe(false);
    const raw = new Webhook('quite-secret', { format: 'raw' });
    expect(raw.sign('tn-1', new Date(clock.now()), body.toString())).toBe(signature);
  });

  it('sends the turn and its session, but no variables of the bot', async () => {
    await talk(await open({ token: 't' }), turnOf({ session: { context: { a: 1 }, engine: { state: { step: 2 } } } }));
    const [request] = receiver.requests;
    expect(request?.headers.authorization).toBe('Bearer t');
    expect(bodyOf(request)).toEqual({
      version: 1,
      turnId: 'tn-1',
      traceId: 'RTM-TRACE-00000000-0000-4000-8000-0000000000aa',
      conversationId: 'cv-1',
      bot: { id: 'st-1', name: 'Remote' },
      channel: { id: 'ivrInst-1', name: 'web' },
      user: { id: 'user-1', info: {} },
      language: 'en',
      message: { type: 'text', text: 'hello', attachments: [] },
      session: { id: 'se-1', new: true, context: { a: 1 }, state: { step: 2 } },
      callbackUrl: expect.stringMatching(/^http:\/\/hooks\.test\/chatbot\/engine\/callback\/tn-1\.[\w-]{43}$/),
    });
  });

  it('lets the bot change the session, end its task, close the session and hand over', async () => {
    receiver.script(
      json(200, {
        messages: ['Done.'],
        session: { context: { kept: { b: 2, gone: null }, removed: null }, state: { step: 3 } },
        endOfTask: { taskId: 'dg-1', taskName: 'Order' },
        closeSession: true,
        agentTransfer: true,
      }),
    );
    const session = { context: { kept: { a: 1, gone: 1 }, removed: 1 }, engine: {} };
    const { end } = await talk(await open(), turnOf({ session }));
    expect(end).toEqual({
      type: 'end',
      session: { context: { kept: { a: 1, b: 2 } }, engine: { state: { step: 3 } } },
      endOfTask: { taskId: 'dg-1', taskName: 'Order', reason: 'Fulfilled' },
      closeSession: true,
      agentTransfer: true,
    });
  });

  it('keeps the state of the bot when an answer does not mention it', async () => {
    const session = { context: {}, engine: { state: 'kept' } };
    expect((await talk(await open(), turnOf({ session }))).end.session.engine).toEqual({ state: 'kept' });
  });

  it.each([
    ['204', answer(204)],
    ['an empty body', answer(200)],
    ['an empty object', json(200, {})],
  ])('takes %s as nothing to say', async (_, scripted) => {
    receiver.script(scripted);
    expect(texts(await talk(await open(), turnOf()))).toEqual([]);
  });

  describe('when the bot answers 202 and calls back', () => {
    const tokenOf = (request: Received | undefined) => bodyOf(request).callbackUrl.split('/').at(-1) ?? '';
    const codeOf = (delivered: Promise<void>): Promise<unknown> =>
      delivered.then(
        () => null,
        (error: AppError) => error.code,
      );

    it('waits for its answer, committed before and after the bot was asked', async () => {
      receiver.script(answer(202));
      const talking = talk(await open(), turnOf());
      const [request] = await receiver.received(1);
      await bench.engines.callbacks.deliver(tokenOf(request), { messages: ['Here you are.'] });
      const talked = await talking;
      expect(texts(talked)).toEqual(['Here you are.']);
      expect(talked.pauses.map(({ resume }) => resume)).toMatchObject([
        { token: tokenOf(request), accepted: false },
        { token: tokenOf(request), accepted: true },
      ]);
    });

    it('stores an answer that came before its 202 along with that', async () => {
      const gate = createGate();
      receiver.script(hold(gate.opened, answer(202)));
      const talking = talk(await open(), turnOf());
      const token = tokenOf((await receiver.received(1))[0]);
      await bench.engines.callbacks.deliver(token, { messages: ['early'] });
      gate.open();
      const talked = await talking;
      expect(texts(talked)).toEqual(['early']);
      expect(talked.pauses.at(-1)?.resume).toEqual({ token, accepted: true, answer: { messages: ['early'] } });
    });

    it('asks a bot to call back again when only another process knows of it, and not for long enough', async () => {
      const delivered = codeOf(bench.engines.callbacks.deliver('tn-2.elsewhere', { messages: ['early'] }));
      for (let tried = 0; tried < 20; tried += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(100);
      }
      expect(await delivered).toBe('UNAVAILABLE');
    });

    it('takes one answer only, and none that it never asked for', async () => {
      receiver.script(answer(202));
      const talking = talk(await open(), turnOf());
      const token = tokenOf((await receiver.received(1))[0]);
      const { deliver } = bench.engines.callbacks;
      expect(await codeOf(deliver('guessed', { messages: ['me'] }))).toBe('NOT_FOUND');
      await deliver(token, { messages: ['first'] });
      bench.end();
      expect(await codeOf(deliver(token, { messages: ['second'] }))).toBe('NOT_FOUND');
      expect(texts(await talking)).toEqual(['first']);
    });

    it('refuses an answer that it cannot read, and takes a better one', async () => {
      receiver.script(answer(202));
      const talking = talk(await open(), turnOf());
      const token = tokenOf((await receiver.received(1))[0]);
      const { deliver } = bench.engines.callbacks;
      expect(await codeOf(deliver(token, { messages: 'text' }))).toBe('BAD_USER_INPUT');
      await deliver(token, { messages: ['better'] });
      expect(texts(await talking)).toEqual(['better']);
    });

    it('waits on after a crash, and does not ask again', async () => {
      const resume = { token: 'tn-1.kept', accepted: true };
      const talking = talk(await open(), turnOf({ resume }));
      await bench.engines.callbacks.deliver('tn-1.kept', { messages: ['at last'] });
      expect(texts(await talking)).toEqual(['at last']);
      expect(receiver.requests).toEqual([]);
    });

    it('finds the answer that came in during a crash', async () => {
      const resume = { token: 'tn-1.kept', accepted: true, answer: { messages: ['meanwhile'] } };
      expect(texts(await talk(await open(), turnOf({ resume })))).toEqual(['meanwhile']);
      expect(receiver.requests).toEqual([]);
    });

    it('finds the answer that came in at another process', async () => {
      receiver.script(answer(202));
      const talking = talk(await open(), turnOf());
      await receiver.received(1);
      clock.advance(500); // nothing there yet
      bench.kept.set('tn-1', { messages: ['from afar'] });
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(500);
      expect(texts(await talking)).toEqual(['from afar']);
    });

    it('gives up with the turn, and an answer after that is refused', async () => {
      receiver.script(answer(202));
      const controller = new AbortController();
      const talking = talk(await open(), turnOf(), { signal: controller.signal });
      const token = tokenOf((await receiver.received(1))[0]);
      controller.abort();
      await expect(talking).rejects.toMatchObject({ reason: 'TIMEOUT' });
      bench.end();
      expect(await codeOf(bench.engines.callbacks.deliver(token, {}))).toBe('NOT_FOUND');
    });
  });
});
