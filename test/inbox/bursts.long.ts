import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import { HOUR } from '../../src/time.js';
import type { HookResponse, TestAppOptions } from '../support/app.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { until } from '../support/dispatching.js';
import { eventually } from '../support/eventually.js';
import { end, engineOf, type Line, linesOfOneApp, openLine, pause, said, text, textOf } from '../support/own-bot.js';
import { createGate, createReceiver, type Receiver } from '../support/receiver.js';

let line: Line | undefined;
let receiver: Receiver | undefined;
afterEach(async () => {
  await line?.app.remove();
  await receiver?.close();
  line = undefined;
  receiver = undefined;
});

const lines = linesOfOneApp();
/** A line to an app of its own where that has options. */
const open = async (reply: Engine['reply'], channel: Record<string, unknown>, options?: TestAppOptions) => {
  if (!options) return lines(reply, channel);
  line = await openLine({ ...engineOf(reply), ...options }, channel);
  return line;
};

/** Says what it was sent; the text "slow" waits for the gate. */
function echoing(gate = createGate(), begun = createGate(), heard: string[] = []): Engine['reply'] {
  return async function* (turn) {
    heard.push(turn.message.type === 'event' ? turn.message.event : textOf(turn));
    begun.open();
    if (textOf(turn) === 'slow') await gate.opened;
    yield said(`heard ${heard.at(-1)}`);
    yield end(turn);
  };
}

/** Waits until this many messages are running or waiting. */
async function depth(url: string, wanted: number): Promise<void> {
  const messages = async () =>
    Number(/hookswitch_inbound_messages (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
  await eventually(messages, (now) => now === wanted);
}

/** Sends messages in this order: each is in its lane before the next one goes. */
async function inOrder(
  { app, v2 }: Line,
  already: number,
  messages: [string, Record<string, unknown>?][],
): Promise<Promise<HookResponse>[]> {
  const answers: Promise<HookResponse>[] = [];
  for (const [val, more] of messages) {
    answers.push(v2({ ...text(val), id: `id of ${val}` }, more));
    await depth(app.url, already + answers.length);
  }
  return answers;
}

async function bodies(answers: Promise<HookResponse>[]) {
  return (await Promise.all(answers)).map(({ body }) => ({
    said: body.data.map(({ val }: { val: string }) => val),
    ...(body.answers && { answers: body.answers }),
    ...(body.answeredBy && { answeredBy: body.answeredBy }),
  }));
}

async function logged({ app, channel }: Line): Promise<{ text: string; replies: string[]; trace: unknown }[]> {
  const { conversations } = await app.gql(
    `query($id: ID!) { conversations(channelId: $id) { edges { node { turns(first: 50) { edges { node {
      input replies trace } } } } } } }`,
    { id: channel.id },
  );
  return conversations.edges[0].node.turns.edges
    .map(
      ({
        node,
      }: {
        node: { input: { message: { text: string } }; replies: { text: string }[]; trace: { kind: string }[] };
      }) => ({
        text: node.input.message.text,
        replies: node.replies.map((reply) => reply.text),
        trace: node.trace.filter(({ kind }) => kind === 'superseded' || kind === 'joined'),
      }),
    )
    .reverse();
}

describe('a LATEST channel', () => {
  it('answers the newest message of those that came while the bot was busy, and says so to the others', async () => {
    const [gate, begun, heard] = [createGate(), createGate(), [] as string[]];
    const opened = await open(echoing(gate, begun, heard), { burst: 'LATEST' });
    const first = await inOrder(opened, 0, [['slow']]);
    await begun.opened;
    const rest = await inOrder(opened, 1, [['a'], ['b'], ['c']]);
    gate.open();
    expect(await bodies([...first, ...rest])).toEqual([
      { said: ['heard slow'] },
      { said: [], answeredBy: 'id of c' },
      { said: [], answeredBy: 'id of c' },
      { said: ['heard c'], answers: ['id of a', 'id of b', 'id of c'] },
    ]);
    expect(heard).toEqual(['slow', 'c']);
    const superseded = [{ kind: 'superseded', turn: expect.stringMatching(/^tn-/) }];
    expect(await logged(opened)).toEqual([
      { text: 'slow', replies: ['heard slow'], trace: [] },
      { text: 'a', replies: [], trace: superseded },
      { text: 'b', replies: [], trace: superseded },
      { text: 'c', replies: ['heard c'], trace: [] },
    ]);
  });

  it('tells callers of the first version in its own form', async () => {
    const [gate, begun] = [createGate(), createGate()];
    const opened = await open(echoing(gate, begun), { burst: 'LATEST' });
    const slow = opened.v2(text('slow'));
    await begun.opened;
    const a = opened.v1({ message: { text: 'a' }, from: { id: 'u' } });
    await depth(opened.app.url, 2);
    const b = opened.v1({ message: { text: 'b' }, from: { id: 'u' } });
    await depth(opened.app.url, 3);
    gate.open();
    await slow;
    const [one, two] = [await a, await b];
    const names = [one, two].map((answer) => answer.headers.get('x-trace-id'));
    expect(one.body).toEqual({ text: '', answeredBy: names[1] });
    expect(two.body).toEqual({ text: 'heard b', answers: names });
  });

  it('never supersedes an event', async () => {
    const [gate, begun, heard] = [createGate(), createGate(), [] as string[]];
    const opened = await open(echoing(gate, begun, heard), { burst: 'LATEST' });
    const first = await inOrder(opened, 0, [['slow']]);
    await begun.opened;
    const [a] = await inOrder(opened, 1, [['a']]);
    const event = opened.v2({ type: 'event', val: 'PING' });
    await depth(opened.app.url, 3);
    const [b] = await inOrder(opened, 3, [['b']]);
    gate.open();
    await Promise.all([...first, a, event, b]);
    expect(heard).toEqual(['slow', 'a', 'PING', 'b']);
  });

  it('repeats to each caller what it was told, also after a restart', async () => {
    const [gate, begun] = [createGate(), createGate()];
    const opened = await open(echoing(gate, begun), { burst: 'LATEST' });
    const first = await inOrder(opened, 0, [['slow']]);
    await begun.opened;
    const rest = await inOrder(opened, 1, [['a'], ['b']]);
    gate.open();
    await Promise.all([...first, ...rest]);
    await opened.app.restart();
    const again = [opened.v2({ ...text('a'), id: 'id of a' }), opened.v2({ ...text('b'), id: 'id of b' })];
    expect(await bodies(again)).toEqual([
      { said: [], answeredBy: 'id of b' },
      { said: ['heard b'], answers: ['id of a', 'id of b'] },
    ]);
  });
});

describe('a JOIN channel', () => {
  let clock: TestClock;
  const joining = (reply: Engine['reply'], channel = {}, options: TestAppOptions = {}) => {
    clock = createTestClock(Date.now());
    return open(reply, { burst: 'JOIN', ...channel }, { clock, ...options });
  };

  it('takes the messages of a second for one, and answers it to the newest', async () => {
    const heard: string[] = [];
    const opened = await joining(echoing(undefined, undefined, heard));
    const answers = await inOrder(opened, 0, [['I want'], ['to fly'], ['to Oslo']]);
    await waiting(clock, 4);
    clock.advance(1_000);
    expect(await bodies(answers)).toEqual([
      { said: [], answeredBy: 'id of to Oslo' },
      { said: [], answeredBy: 'id of to Oslo' },
      { said: ['heard I want\nto fly\nto Oslo'], answers: ['id of I want', 'id of to fly', 'id of to Oslo'] },
    ]);
    expect(heard).toEqual(['I want\nto fly\nto Oslo']);
    const joined = [{ kind: 'joined', turn: expect.stringMatching(/^tn-/) }];
    expect(await logged(opened)).toMatchObject([
      { text: 'I want', trace: joined },
      { text: 'to fly', trace: joined },
      { text: 'to Oslo', trace: [] },
    ]);
  });

  it('waits no longer than a second when the time of day is set back', async () => {
    const gate = createGate();
    const opened = await joining(echoing(gate));
    const slow = await inOrder(opened, 0, [['slow']]);
    await waiting(clock, 2);
    clock.advance(1_000);
    const behind = await inOrder(opened, 1, [['a']]);
    clock.setBack(HOUR);
    await waiting(clock, 3);
    gate.open();
    await Promise.all(slow);
    await waiting(clock, 2);
    clock.advance(1_000);
    expect(await bodies(behind)).toMatchObject([{ said: ['heard a'] }]);
  });

  it('answers what comes later on its own', async () => {
    const opened = await joining(echoing());
    const early = await inOrder(opened, 0, [['a']]);
    await waiting(clock, 2);
    clock.advance(999);
    const still = await inOrder(opened, 1, [['b']]);
    await waiting(clock, 3);
    clock.advance(1);
    await Promise.all([...early, ...still]);
    const late = await inOrder(opened, 0, [['c']]);
    await waiting(clock, 2);
    clock.advance(1_000);
    expect(await bodies([...early, ...still, ...late])).toMatchObject([
      { answeredBy: 'id of b' },
      { said: ['heard a\nb'] },
      { said: ['heard c'] },
    ]);
  });

  it('hands the newest message’s data and all attachments to the bot', async () => {
    const seen: unknown[] = [];
    const opened = await joining(async function* (turn) {
      seen.push(turn.message, turn.newSession);
      yield said('{{context.session.BotUserSession.lastMessage.customData.n}}');
      yield end(turn);
    });
    await opened.v2({ type: 'event', val: 'ON_CONNECT' });
    const first = opened.v2(
      { ...text('a'), attachments: ['https://a.test/'] },
      { customData: { n: 1 }, session: { new: true } },
    );
    await depth(opened.app.url, 1);
    const second = opened.v2({ ...text('b'), attachments: ['https://b.test/'] }, { customData: { n: 2 } });
    await depth(opened.app.url, 2);
    await waiting(clock, 3);
    clock.advance(1_000);
    await first;
    expect((await second).body.data[0].val).toBe('2');
    expect(seen.slice(2)).toEqual([
      { type: 'text', text: 'a\nb', attachments: ['https://a.test/', 'https://b.test/'] },
      true,
    ]);
  });

  it.each([
    ['', {}],
    [', though its channel joins no more', { burst: 'LATEST' }],
  ])(
    'puts a burst together again after a crash, also when its turn had paused, and drops nothing%s',
    async (_, change) => {
      receiver = await createReceiver();
      const gate = createGate();
      const begun = createGate();
      const heard: string[] = [];
      const opened = await joining(
        async function* (turn) {
          heard.push(`${turn.resume ?? 'fresh'}: ${textOf(turn)}`);
          begun.open();
          if (turn.resume === null) {
            yield said('one');
            yield pause(turn);
            await gate.opened;
          }
          yield said('two');
          yield end(turn);
        },
        { mode: 'ASYNC', postUrl: receiver.url },
        { env: { DRAIN_SECONDS: '0', ENGINE_LIMIT_SECONDS: '600' } },
      );
      const ids = [randomUUID(), randomUUID()];
      for (const [index, id] of ids.entries()) {
        expect((await opened.v2({ ...text(`m${index}`), id })).body.status).toBe('ok');
      }
      await opened.app.restart(); // before the window has ended
      clock.advance(1_000); // it has ended by the time they are found, or ends now
      await begun.opened;
      const [one] = await receiver.received(1);
      expect(one?.json()).toMatchObject({ data: [{ val: 'one' }], answers: ids, lastInTurn: false });
      await opened.app.gql(
        'mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { channel { burst } } }',
        { input: { id: opened.channel.id, ...change } },
      );
      await opened.app.restart(); // in the middle of the turn
      const [, two] = await receiver.received(2);
      expect(two?.json()).toMatchObject({ data: [{ val: 'two' }], answers: ids, lastInTurn: true });
      expect(heard).toEqual(['fresh: m0\nm1', 'later: m0\nm1']);
      expect(await logged(opened)).toMatchObject([
        { text: 'm0', replies: [] },
        { text: 'm1', replies: ['one', 'two'] },
      ]);
      gate.open();
    },
  );
});

/** The clock has at least so many timers: whoever should wait for it does. */
async function waiting(clock: TestClock, more: number): Promise<void> {
  await until(() => clock.pending >= more + BACKGROUND);
}

/** Timers of the loops that a quiet server runs. */
const BACKGROUND = 5;
