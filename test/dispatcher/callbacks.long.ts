import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { Caller, LiveChannel, TestApp, TestAppOptions } from '../support/app.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { engineOf, linesOfOneApp, openLine } from '../support/own-bot.js';
import { answer, createGate, createReceiver, hold, type Received, type Receiver } from '../support/receiver.js';

/** Says every word of the user's message in a message of its own; "end" ends a task. */
const words: Engine['reply'] = async function* (turn) {
  const text = turn.message.type === 'text' ? turn.message.text : '';
  for (const value of text.split(' ')) {
    if (value !== 'end') yield { type: 'said', contents: [{ type: 'TEXT', value }] };
  }
  const ended = text.includes('end') && { endOfTask: { taskId: 'dg-1', taskName: 'Task', reason: 'Fulfilled' } };
  yield { type: 'end', session: turn.session, ...ended };
};

describe('an asynchronous webhook channel', () => {
  let app: TestApp;
  let receiver: Receiver;
  let caller: Caller;
  let channel: LiveChannel;
  /** Timers of a clock while nothing happens. */
  let loops: number;

  const open = linesOfOneApp();
  /** With options in an app of its own. */
  async function start(options?: TestAppOptions): Promise<void> {
    receiver = await createReceiver();
    onTestFinished(receiver.close);
    const asked = { mode: 'ASYNC', postUrl: `${receiver.url}/inbox`, accessToken: 'secret-token' };
    const line = await (options ? openLine({ ...engineOf(words), ...options }, asked) : open(words, asked));
    ({ app, caller, channel } = line);
    if (options) onTestFinished(app.remove);
    loops = (options?.clock as TestClock | undefined)?.pending ?? 0;
  }

  const say = (text: string, user = 'u', more = {}) =>
    app.post(channel.path, { message: { text }, from: { id: user }, ...more }, caller.headers());
  const textsOf = (requests: Received[]) => requests.map((request) => (request.json() as { text?: string }).text);

  interface DeliveryNode {
    id: string;
    status: string;
    sequence: number;
    attempts: { number: number; statusCode: number | null; error: string | null; responseBody: string | null }[];
  }
  async function deliveries(status?: string): Promise<DeliveryNode[]> {
    const { deliveries: page } = await app.gql(
      `query($channelId: ID!, $status: DeliveryStatus) { deliveries(channelId: $channelId, status: $status, first: 100) {
        edges { node { id status sequence attempts { number statusCode error responseBody } } } } }`,
      { channelId: channel.id, status },
    );
    return page.edges.map((edge: { node: DeliveryNode }) => edge.node);
  }
  /** Asks until it is so: the receiver knows of a POST before its outcome is stored. */
  const stored = (status: string, count: number): Promise<DeliveryNode[]> =>
    eventually(
      () => deliveries(status),
      (found) => found.length >= count,
    );

  it('acknowledges with an empty 200 and POSTs each message, in order, the end of a task on its own', async () => {
    await start();
    const acknowledged = await say('one two end', 'u', { to: { id: 'their-bot' } });
    expect(acknowledged).toMatchObject({ status: 200, text: '' });
    expect(acknowledged.headers.get('content-length')).toBe('0');
    const traceId = acknowledged.headers.get('x-trace-id');
    const requests = await receiver.received(3);
    const bodies = requests.map((request) => request.json());
    const common = { to: 'u', from: 'their-bot', traceId, conversationId: expect.stringMatching(/^cv-/) };
    expect(bodies).toEqual([
      { text: 'one', ...common, messageId: expect.stringMatching(/^ms-/), lastInTurn: false, sequence: 1 },
      { text: 'two', ...common, messageId: expect.stringMatching(/^ms-/), lastInTurn: false, sequence: 2 },
      {
        endOfTask: true,
        endReason: 'Fulfilled',
        completedTaskId: 'dg-1',
        completedTaskName: 'Task',
        ...common,
        messageId: expect.stringMatching(/^ms-/),
        lastInTurn: true,
        sequence: 3,
      },
    ]);
    const [first] = requests;
    expect(first).toMatchObject({ method: 'POST', path: '/inbox' });
    expect(first?.headers).toMatchObject({
      authorization: 'Bearer secret-token',
      'content-type': expect.stringMatching(/^application\/json/),
      'hookswitch-sequence': '1',
      'idempotency-key': first?.headers['webhook-id'],
    });
    for (const request of requests) {
      const webhook = new Webhook(channel.signingSecret ?? '');
      expect(() => webhook.verify(request.text, request.headers as Record<string, string>)).not.toThrow();
    }
    expect((await stored('DELIVERED', 3)).map((delivery) => delivery.attempts.map((one) => one.statusCode))).toEqual([
      [200],
      [200],
      [200],
    ]);
  });

  it('names the bot as sender when the caller named nobody', async () => {
    await start();
    await say('x');
    const [request] = await receiver.received(1);
    expect(request?.json()).toMatchObject({ from: channel.botId, to: 'u' });
  });

  it('keeps the order of a conversation while its first message is tried again, and holds nobody else up', async () => {
    await start();
    const gate = createGate();
    receiver.script(answer(500, 'no'), hold(gate.opened, answer(200)));
    await say('a1 a2', 'a');
    await receiver.received(2);
    await say('b1', 'b');
    await receiver.received(3);
    gate.open();
    const requests = await receiver.received(4);
    expect(textsOf(requests)).toEqual(['a1', 'a1', 'b1', 'a2']);
    const [first, again] = requests;
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect([first?.headers['webhook-attempt'], again?.headers['webhook-attempt']]).toEqual(['1', '2']);
    const [a1] = (await stored('DELIVERED', 3)).filter((delivery) => delivery.attempts.length === 2);
    expect(a1?.attempts).toMatchObject([
      { number: 1, statusCode: 500, responseBody: 'no' },
      { number: 2, statusCode: 200 },
    ]);
  });

  it('rests after the quick tries, longer each time, and gives up after a day', async () => {
    const clock = createTestClock(Date.now());
    await start({ clock, random: () => 0.5 });
    receiver.script(...Array.from({ length: 40 }, () => answer(500)));
    await say('a b');
    await receiver.received(3);
    // Each step: let the row's rest pass, and see that exactly one more try was made.
    let tries = 3;
    for (const restMs of [15_000, 60_000, 300_000, 900_000, 3_600_000]) {
      await settled(tries);
      await unclaimedAfter(clock, () => clock.advance(restMs - 1_000));
      expect(receiver.requests).toHaveLength(tries);
      clock.advance(1_250);
      tries += 1;
      await receiver.received(tries);
    }
    await settled(tries);
    clock.advance(24 * 3_600_000);
    const dead = await stored('DEAD', 2); // and what waited behind it, which is as old
    expect(dead.map(({ attempts }) => attempts.length).sort()).toEqual([0, tries]);
    receiver.script(...Array.from({ length: 40 }, () => answer(200)));
    await say('c');
    await receiver.received(tries + 1);
    expect(textsOf(receiver.requests)).toEqual([...Array(tries).fill('a'), 'c']); // the lane moved on
  });

  /** The outcome of the latest try has been stored: the lane rests. */
  async function settled(attempts: number): Promise<void> {
    await eventually(deliveries, (found) => found.some((delivery) => delivery.attempts.length === attempts));
  }
  /** No conversation is being worked on. */
  async function unclaimed(): Promise<void> {
    const lanes = async () =>
      /hookswitch_outbound_lanes (\d+)/.exec(await (await fetch(`${app.metricsUrl}/metrics`)).text())?.[1];
    await eventually(lanes, (count) => count === '0');
  }
  /** Does it, and waits until the loops it woke have looked and sleep again. */
  async function unclaimedAfter(clock: TestClock, work: () => unknown): Promise<void> {
    await work();
    await eventually(() => clock.pending >= loops);
    await unclaimed();
  }

  it('waits as long as the endpoint asks to, without spending a try', async () => {
    const clock = createTestClock(Date.now());
    await start({ clock });
    receiver.script(answer(429, '', { 'retry-after': '120' }));
    await say('a');
    await receiver.received(1);
    await settled(1);
    await unclaimedAfter(clock, () => clock.advance(119_000));
    expect(receiver.requests).toHaveLength(1);
    clock.advance(1_500);
    await receiver.received(2);
    expect(await stored('DELIVERED', 1)).toHaveLength(1);
  });

  it('does not try again what the endpoint says is gone, and sends it once more when told to', async () => {
    await start();
    receiver.script(answer(410));
    await say('a b');
    await receiver.received(2);
    const [dead] = await stored('DEAD', 1);
    await stored('DELIVERED', 1);
    const replayed = await app.gql('mutation($id: ID!) { replayDelivery(id: $id) { id status sequence } }', {
      id: dead?.id,
    });
    expect(replayed.replayDelivery).toEqual({ id: dead?.id, status: 'PENDING', sequence: 3 });
    const requests = await receiver.received(3);
    expect(requests[2]?.headers).toMatchObject({
      'webhook-id': dead?.id,
      'hookswitch-replay': 'true',
      'webhook-attempt': '2',
    });
    expect(requests[2]?.json()).toMatchObject({ text: 'a', sequence: 3 });
    await stored('DELIVERED', 2);
    await expect(app.gql('mutation { replayDelivery(id: "ms-none") { id } }')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('follows no redirect and calls no address it may not', async () => {
    await start({ env: { OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8' } });
    receiver.script(answer(307, '', { location: 'http://169.254.169.254/' }));
    await say('a');
    const [found] = await stored('DELIVERED', 1);
    expect(found?.attempts).toMatchObject([
      { statusCode: 307, error: 'Redirects are not followed' },
      { statusCode: 200 },
    ]);
  });

  it('holds callbacks back while the channel is suspended, and sends them when it works again', async () => {
    await start();
    const gate = createGate();
    receiver.script(hold(gate.opened, answer(200)));
    await say('a b');
    await receiver.received(1);
    const suspend = 'mutation($id: ID!) { suspendWebhookChannel(id: $id, reason: "check") { id } }';
    await app.gql(suspend, { id: channel.id });
    gate.open();
    await stored('DELIVERED', 1);
    await unclaimed();
    expect(receiver.requests).toHaveLength(1);
    await app.gql('mutation($id: ID!) { resumeWebhookChannel(id: $id) { id } }', { id: channel.id });
    expect(textsOf(await receiver.received(2))).toEqual(['a', 'b']);
    await stored('DELIVERED', 2);
  });

  it('buries what a deleted channel had not sent', async () => {
    await start();
    receiver.script(...Array.from({ length: 3 }, () => answer(500)));
    await say('a b');
    await receiver.received(3);
    await settled(3);
    await app.gql('mutation($id: ID!) { deleteWebhookChannel(id: $id) }', { id: channel.id });
    expect(await stored('DEAD', 2)).toHaveLength(2);
  });

  it('sends proactive messages', async () => {
    await start();
    const { sendMessage } = await app.gql(
      `mutation($id: ID!) { sendMessage(channelId: $id, to: "u9", contents: [{ type: TEXT, value: "Hello" }]) { id status sequence } }`,
      { id: channel.id },
    );
    expect(sendMessage).toMatchObject([{ status: 'PENDING', sequence: 1 }]);
    const [request] = await receiver.received(1);
    expect(request?.json()).toMatchObject({
      text: 'Hello',
      to: 'u9',
      from: channel.botId,
      messageId: sendMessage[0].id,
    });
    await stored('DELIVERED', 1);
  });

  it('goes on after a restart with what had not been delivered, in order', async () => {
    const clock = createTestClock(Date.now());
    await start({ clock });
    receiver.script(answer(500), answer(500), answer(500));
    await say('a b c');
    await receiver.received(3);
    await settled(3);
    await unclaimedAfter(clock, app.restart);
    expect(receiver.requests).toHaveLength(3);
    clock.advance(20_000);
    expect(textsOf((await receiver.received(6)).slice(3))).toEqual(['a', 'b', 'c']);
    await stored('DELIVERED', 3);
  });

  it('uses the token and secret that are valid at the time of the try', async () => {
    await start();
    receiver.script(answer(500));
    const { rotateSigningSecret } = await app.gql(
      'mutation($id: ID!) { rotateSigningSecret(channelId: $id, overlapSeconds: 600) { signingSecret } }',
      { id: channel.id },
    );
    await say('a');
    const [request] = await receiver.received(2);
    for (const secret of [channel.signingSecret, rotateSigningSecret.signingSecret]) {
      expect(() =>
        new Webhook(secret).verify(request?.text ?? '', request?.headers as Record<string, string>),
      ).not.toThrow();
    }
    await stored('DELIVERED', 1);
  });
});
