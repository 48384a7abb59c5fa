import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BotProgram, TraceEntry, TurnRequest } from '../../src/bots/engine.js';
import type { VersionSpec } from '../../src/bots/version-spec.js';
import { RemoteError } from '../../src/engines/remote/remote-error.js';
import type { Json } from '../../src/json.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import {
  type Answer,
  answer,
  createReceiver,
  drip,
  flood,
  json,
  type Received,
  type Receiver,
  reset,
  silence,
} from '../support/receiver.js';
import { createBench, emptySession, type RemoteBench, talk, texts, turnOf } from './remote-bot.js';

/** How a kind of engine says on its wire what all of them can say. */
export interface RemoteKind {
  engine: VersionSpec['engine'];
  settings(url: string): Record<string, unknown>;
  secrets?: Record<string, string>;
  says(...messages: string[]): Answer;
  /** Two choices under a text, as this kind's bots send them, and the template that callers get. */
  rich: { sent: Answer; seen: Json };
  /** A message of the bot by key, with what it says when nobody overrides it and a value for those who do. */
  byKey(key: string, text: string, values: Record<string, string>): Answer;
  /** What the bot was sent: the user's words, and where it finds the rest; null: it does not get that. */
  heard(request: Received): {
    text: Json | undefined;
    customData: Json | undefined;
    attachment: string | undefined;
    event: string | undefined;
    form: Json | undefined;
    user: Json | undefined;
  };
  /** Answers that are HTTP 200 and cannot be used. */
  garbage: Record<string, Answer>;
}

const customData = { userToken: 'abc' };

function withCustomData(turn: TurnRequest): TurnRequest {
  turn.session.context = { session: { BotUserSession: { lastMessage: { customData } } } };
  return turn;
}

/** What every engine whose bot lives elsewhere does. */
export function describeRemoteEngine(kind: RemoteKind): void {
  describe(`a bot behind ${kind.engine}`, () => {
    let clock: TestClock;
    let bench: RemoteBench;
    let receiver: Receiver;
    let bot: BotProgram;
    let trace: TraceEntry[];

    const open = (more: Record<string, unknown> = {}) =>
      bench.open({
        engine: kind.engine,
        settings: { ...kind.settings(receiver.url), ...more },
        secrets: kind.secrets ?? {},
      });

    beforeEach(async () => {
      clock = createTestClock();
      trace = [];
      bench = createBench(clock);
      receiver = await createReceiver();
      bot = await open();
    });
    afterEach(async () => {
      await bench[Symbol.asyncDispose]();
      await receiver.close();
    });

    async function failureOf(turn = turnOf(), signal = new AbortController().signal): Promise<RemoteError> {
      turn.trace = (entry) => void trace.push(entry);
      const failure = await talk(bot, turn, { signal }).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(RemoteError);
      return failure as RemoteError;
    }

    it('gets the words of the user, and its words come back', async () => {
      receiver.script(kind.says('Hello, user.'));
      const talked = await talk(bot, turnOf({ text: 'hello, bot' }));
      expect(texts(talked)).toEqual(['Hello, user.']);
      const [request] = await receiver.received(1);
      expect(request && kind.heard(request).text).toBe('hello, bot');
      expect(request?.headers['content-type']).toContain('application/json');
      expect(request?.headers.traceparent).toMatch(/^00-000000000000400080000000000000aa-[0-9a-f]{16}-01$/);
    });

    it('says several messages in their order', async () => {
      receiver.script(kind.says('one', 'two', 'three'));
      expect(texts(await talk(bot, turnOf()))).toEqual(['one', 'two', 'three']);
    });

    it('may say nothing only where its protocol knows silence, and never a blank message', async () => {
      receiver.script(kind.says());
      const outcome = await talk(bot, turnOf()).then(texts, (error: unknown) => error);
      if (kind.engine === 'OPENAI') expect(outcome).toBeInstanceOf(RemoteError);
      else expect(outcome).toEqual([]);
    });

    it('commits what was said so far before it is asked, and is asked again with the same id after a crash', async () => {
      receiver.script(kind.says('a'), kind.says('b'));
      const first = await talk(bot, turnOf());
      expect(first.pauses.length).toBe(1);
      expect(receiver.requests.length).toBe(1);
      const again = await talk(bot, turnOf({ resume: first.pauses[0]?.resume ?? null }));
      expect(texts(again)).toEqual(['b']);
      expect(again.pauses).toEqual([]);
    });

    it('has its rich content drawn as templates, and what the user chooses comes back to it', async () => {
      receiver.script(kind.rich.sent, kind.says('Tea it is.'));
      expect(texts(await talk(bot, turnOf()))).toEqual([kind.rich.seen]);
      await talk(bot, turnOf({ text: 'choose_tea' }));
      const [, second] = await receiver.received(2);
      expect(second && kind.heard(second).text).toBe('choose_tea');
    });

    it('names a message by key: an override of it is said, with its values, else what the bot sent', async () => {
      receiver.script(
        kind.byKey('order', 'On its way.', { id: '4711' }),
        kind.byKey('order', 'On its way.', { id: '4711' }),
      );
      const overrides = { order: [{ type: 'TEXT' as const, value: 'Order {{values.id}} is coming.' }] };
      expect(texts(await talk(bot, turnOf(), { overrides }))).toEqual(['Order 4711 is coming.']);
      expect(texts(await talk(bot, turnOf()))).toEqual(['On its way.']);
    });

    it('is taken at its word: placeholders in it are not filled in', async () => {
      const tricky = 'I say {{env.secret}}, {{{{ and {{context.session}}.';
      receiver.script(kind.says(tricky));
      expect(texts(await talk(bot, withCustomData(turnOf())))).toEqual([tricky]);
    });

    it('gets custom data, attachments, events, form data and who the user is', async () => {
      const { message: _, ...others } = turnOf();
      const messages: TurnRequest['message'][] = [
        { type: 'text', text: 'look', attachments: [{ url: 'https://files.example.com/a.png' }] },
        { type: 'event', event: 'ON_CONNECT' },
        { type: 'formData', formId: 'frm-1', data: [{ componentId: 'c', input: 'x' }], meta: {} },
      ];
      receiver.script(...messages.map(() => kind.says('ok')));
      for (const message of messages) {
        await talk(bot, withCustomData({ ...others, message, session: emptySession() }));
      }
      const [text, event, form] = (await receiver.received(3)).map(kind.heard);
      expect(text).toMatchObject({ text: 'look', attachment: 'https://files.example.com/a.png', customData });
      expect(text?.user).toBe('user-1');
      expect(event?.event).toBe('ON_CONNECT');
      expect(form?.form).toEqual({ formId: 'frm-1', data: [{ componentId: 'c', input: 'x' }], meta: {} });
    });

    it('keeps the session of the conversation', async () => {
      receiver.script(kind.says('a'), kind.says('b'));
      const session = { context: { kept: { by: 'the platform' } }, engine: {} };
      const first = await talk(bot, turnOf({ session }));
      expect(first.end.session.context).toEqual({ kept: { by: 'the platform' } });
      const second = await talk(bot, turnOf({ session: first.end.session, newSession: false }));
      expect(second.end.session.context).toEqual({ kept: { by: 'the platform' } });
    });

    it('has standard responses', () => {
      expect(bot.message('standard.failure')?.contents.en).toEqual([
        { type: 'TEXT', value: expect.stringContaining('went wrong') },
      ]);
      expect(bot.message('standard.nothing')).toBeNull();
    });

    it.each([
      ['an error of its own', answer(500, 'Traceback: boom'), 'STATUS', /answered 500\.$/],
      ['a refusal', answer(401, 'no'), 'STATUS', /answered 401/],
      ['a redirect', answer(307, '', { location: 'http://127.0.0.1:1/' }), 'STATUS', /Redirects are not followed/],
      ['no answer at all', reset(), 'UNREACHABLE', /closed the connection/],
      ['more than anybody reads', flood(), 'UNREACHABLE', /longer than/],
      ['a page of HTML', answer(200, '<html>hi</html>'), 'BAD_ANSWER', /did not answer with JSON/],
      [
        'an answer of too many values',
        answer(200, `[${'{},'.repeat(50_000)}{}]`),
        'BAD_ANSWER',
        /JSON of more than 50000 values/,
      ],
      ['half an answer', answer(200, '{"messages": ['), 'BAD_ANSWER', /did not answer with JSON/],
      [
        'levels without end',
        answer(200, '['.repeat(20_000) + ']'.repeat(20_000)),
        'BAD_ANSWER',
        /nested more than 200 levels/,
      ],
    ])('fails clearly on %s', async (_, scripted, reason, message) => {
      receiver.script(scripted);
      const failure = await failureOf();
      expect(failure.reason).toBe(reason);
      expect(failure.message).toMatch(message);
      expect(failure.message).toContain(`127.0.0.1:${receiver.port}`);
    });

    it.each(Object.entries(kind.garbage))('fails clearly on %s', async (_, scripted) => {
      receiver.script(scripted);
      expect((await failureOf()).reason).toBe('BAD_ANSWER');
    });

    it('has what it said of its failure kept for its developer, without its credentials', async () => {
      const [secret = 'none'] = Object.values(kind.secrets ?? {});
      receiver.script(answer(400, `Wrong\nkey ${secret}!`));
      const failure = await failureOf();
      expect(failure.message).not.toContain('key');
      expect(trace.at(-1)).toMatchObject({ kind: 'remote', status: 400, said: 'Wrong key …!' });
    });

    it.each([
      ['stays silent', silence()],
      ['drips', drip()],
    ])('is given up when it %s past its own limit', async (_, scripted) => {
      bot = await open({ timeoutSeconds: 5 });
      receiver.script(scripted);
      const failing = failureOf();
      const [request] = await receiver.received(1);
      clock.advance(6000);
      expect((await failing).reason).toBe('TIMEOUT');
      await request?.closed;
    });

    it.each([
      ['silent', silence()],
      ['dripping', drip()],
    ])('is let go of when the turn is cancelled while it is %s', async (_, scripted) => {
      receiver.script(scripted);
      const controller = new AbortController();
      const failing = failureOf(turnOf(), controller.signal);
      const [request] = await receiver.received(1);
      controller.abort();
      expect((await failing).reason).toBe('TIMEOUT');
      await request?.closed;
    });

    it('is not asked at all for a turn that is cancelled already', async () => {
      expect((await failureOf(turnOf(), AbortSignal.abort())).reason).toBe('TIMEOUT');
      expect(receiver.requests).toEqual([]);
    });

    it('is asked by no more turns at once than its concurrency says', async () => {
      bot = await open({ concurrency: 2 });
      const held: (() => void)[] = [];
      const hold: Answer = async (exchange) => {
        await new Promise<void>((resolve) => held.push(resolve));
        await kind.says('done')(exchange);
      };
      receiver.script(hold, hold, hold);
      const talks = [1, 2, 3].map((n) => talk(bot, turnOf({ turnId: `tn-${n}` })));
      await receiver.received(2);
      expect(held.length).toBe(2);
      held[0]?.();
      await receiver.received(3);
      for (const release of held) release();
      expect((await Promise.all(talks)).map(texts)).toEqual([['done'], ['done'], ['done']]);
    });

    it('rests after ten failures in a row, and is not called meanwhile', async () => {
      receiver.script(...Array.from({ length: 10 }, () => answer(500, 'down')));
      for (let n = 0; n < 10; n += 1) expect((await failureOf()).reason).toBe('STATUS');
      const resting = await failureOf();
      expect(resting.reason).toBe('RESTING');
      expect(resting.message).toMatch(/tried again in 1 s/);
      expect(receiver.requests.length).toBe(10);
    });

    it('is left alone for as long as it asks to be', async () => {
      receiver.script(json(429, { error: 'slow down' }, { 'retry-after': '20' }));
      expect((await failureOf()).reason).toBe('STATUS');
      expect((await failureOf()).message).toMatch(/tried again in 20 s/);
    });
  });
}
