import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { TestApp, TestAppOptions } from '../support/app.js';
import { createTestClock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { end, engineOf, type Line, linesOfOneApp, openLine, said } from '../support/own-bot.js';
import { createGate } from '../support/receiver.js';

/** Counts the user's messages in the session, after giving up the floor: a lost update shows as a number twice. */
const counting: Engine['reply'] = async function* (turn) {
  const { engine } = turn.session;
  const before = Number(engine.count ?? 0);
  await new Promise((resolve) => setImmediate(resolve));
  engine.count = before + 1;
  yield said(String(before + 1));
  yield end(turn);
};

/** Waits until so many messages are running or waiting. */
async function inboundMessages({ url }: TestApp, count: number): Promise<void> {
  const found = async () => /hookswitch_inbound_messages (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
  await eventually(found, (now) => now === String(count));
}

describe('a conversation', () => {
  const open = linesOfOneApp();
  /** A line to an app of its own, which may be stopped, and have a clock of its own. */
  async function openOwn(options: TestAppOptions): Promise<Line> {
    const line = await openLine(options);
    onTestFinished(line.app.remove);
    return line;
  }

  it('handles its messages one after the other, in order, without losing an update', async () => {
    const { app, caller, channel } = await open(counting);
    const answers = await Promise.all(
      Array.from({ length: 21 }, (_, n) =>
        app.post(channel.path, { message: { text: `m${n}` }, from: { id: 'u' } }, caller.headers()),
      ),
    );
    expect(answers.map((answer) => Number(answer.body.text)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 21 }, (_, n) => n + 1),
    );
    const other = await app.post(channel.path, { message: { text: 'm' }, from: { id: 'other' } }, caller.headers());
    expect(other.body.text).toBe('1');
  });

  it('keeps users of two groups apart', async () => {
    const { app, caller, channel } = await open(counting);
    const say = async (group: string) => {
      const to = { id: 'b', groupInfo: { id: group } };
      return (await app.post(channel.path, { message: { text: 'x' }, from: { id: 'u' }, to }, caller.headers())).body
        .text;
    };
    expect([await say('a'), await say('b'), await say('a')]).toEqual(['1', '1', '2']);
  });

  it('goes on after a restart where it was, and begins anew after 15 minutes of silence or when asked to', async () => {
    const clock = createTestClock(Date.now());
    const { app, caller, channel } = await openOwn({ ...engineOf(counting), clock });
    const say = async (more = {}) =>
      (await app.post(channel.path, { message: { text: 'x' }, from: { id: 'u' }, ...more }, caller.headers())).body
        .text;
    expect(await say()).toBe('1');
    await app.restart();
    expect(await say()).toBe('2');
    clock.advance(14 * 60_000);
    expect(await say()).toBe('3');
    clock.advance(15 * 60_000);
    expect(await say()).toBe('1');
    expect(await say({ session: { new: true } })).toBe('1');
    expect(await say()).toBe('2');
  });

  it('shows customData of this message, and of no other, at both paths', async () => {
    const { app, caller, channel } = await open(async function* (turn) {
      const at = 'context.session.BotUserSession.lastMessage';
      yield said(
        `{{${at}.customData.token}}|{{${at}.messagePayload.customData.token}}|{{${at}.messagePayload.from.userInfo.firstName}}`,
      );
      yield end(turn);
    });
    const say = async (more: Record<string, unknown>) =>
      (
        await app.post(
          channel.path,
          { message: { text: 'x' }, from: { id: 'u', userInfo: { firstName: 'Ada' } }, ...more },
          caller.headers(),
        )
      ).body.text;
    expect(await say({ customData: { token: 'xxxx' } })).toBe('xxxx|xxxx|Ada');
    expect(await say({})).toBe('||Ada');
  });

  it('answers a repeated message with the first answer, also while that is still being made', async () => {
    const gate = createGate();
    const turns: string[] = [];
    const { app, caller, channel } = await openOwn(
      engineOf(async function* (turn) {
        turns.push(turn.turnId);
        if (turns.length === 1) await gate.opened;
        yield said(`turn ${turns.length}`);
        yield end(turn);
      }),
    );
    const headers = { ...caller.headers(), 'idempotency-key': 'k-1' };
    const body = { message: { text: 'x' }, from: { id: 'u' } };
    const first = app.post(channel.path, body, headers);
    const second = app.post(channel.path, body, headers);
    gate.open();
    const [one, two] = await Promise.all([first, second]);
    expect([one.body, two.body]).toEqual([{ text: 'turn 1' }, { text: 'turn 1' }]);
    const third = await app.post(channel.path, body, headers);
    expect(third.body).toEqual({ text: 'turn 1' });
    expect(third.headers.get('idempotency-replayed')).toBe('true');
    expect(third.headers.get('x-trace-id')).toBe(one.headers.get('x-trace-id') ?? two.headers.get('x-trace-id'));
    expect(turns).toHaveLength(1);

    expect((await app.post(channel.path, { ...body, customData: 1 }, headers)).status).toBe(409);
    expect((await app.post(channel.path, { ...body, from: { id: 'v' } }, headers)).body.text).toBe('turn 2');
    expect((await app.post(channel.path, body, { ...headers, 'idempotency-key': 'k-2' })).body.text).toBe('turn 3');
    const withId = { message: { text: 'x', id: 'm-1' }, from: { id: 'u' } };
    expect((await app.post(channel.path, withId, caller.headers())).body.text).toBe('turn 4');
    expect((await app.post(channel.path, withId, caller.headers())).body.text).toBe('turn 4');
    await app.restart();
    expect((await app.post(channel.path, body, headers)).body).toEqual({ text: 'turn 1' });
  });

  it('gives up waiting after 15 seconds, records what came of the turn, and never runs what had not begun', async () => {
    const clock = createTestClock(Date.now());
    const gate = createGate();
    const begun = createGate();
    const texts: string[] = [];
    const { app, caller, channel } = await openOwn({
      clock,
      ...engineOf(async function* (turn) {
        texts.push(turn.message.type === 'text' ? turn.message.text : '');
        begun.open();
        await gate.opened;
        yield said('late');
        yield end(turn);
      }),
    });
    const key = { 'idempotency-key': randomUUID() };
    const say = (text: string, more = {}) =>
      app.post(channel.path, { message: { text }, from: { id: 'u' } }, { ...caller.headers(), ...more });
    const slow = say('slow', key);
    await begun.opened;
    const behind = say('behind');
    // The clock may only move once the second message is in its lane: the metrics tell.
    await inboundMessages(app, 2);
    clock.advance(15_000);
    expect((await slow).status).toBe(504);
    expect((await behind).body).toEqual({
      errors: [{ msg: 'The request has been timed-out', code: 504, reason: 'TIMEOUT' }],
    });
    gate.open();
    const again = await say('slow', key);
    expect(again).toMatchObject({ status: 200, body: { text: 'late' } });
    expect(texts).toEqual(['slow']);
  });

  it('runs no message whose caller has gone, also when the time of day has been set back', async () => {
    const clock = createTestClock(Date.now());
    const gate = createGate();
    const heard: string[] = [];
    const { app, caller, channel } = await openOwn({
      clock,
      ...engineOf(async function* (turn) {
        heard.push(turn.message.type === 'text' ? turn.message.text : '');
        await gate.opened;
        yield said('late');
        yield end(turn);
      }),
    });
    const say = (text: string) => app.post(channel.path, { message: { text }, from: { id: 'u' } }, caller.headers());
    const slow = say('slow');
    const behind = say('behind');
    await inboundMessages(app, 2);
    clock.setBack(60 * 60_000);
    clock.advance(15_000);
    expect([(await slow).status, (await behind).status]).toEqual([504, 504]);
    gate.open();
    await app.stop(); // once all turns are over
    expect(heard).toHaveLength(1);
  });

  it.each<[string, Engine['reply']]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    [
      'throws after it has said something',
      async function* () {
        yield said('first');
        throw new Error('broken');
      },
    ],
    [
      'stops without an end',
      async function* () {
        yield said('first');
      },
    ],
    [
      'says something that is no template',
      async function* (turn) {
        yield { type: 'said', contents: [{ type: 'SCRIPT', value: 'throw 1' }] };
        yield end(turn);
      },
    ],
  ])(
    'says the failure response when the engine %s, and the next message finds the session as it was',
    async (_title, broken) => {
      let fail = false;
      const { app, caller, channel } = await open((turn, signal) =>
        fail ? broken(turn, signal) : counting(turn, signal),
      );
      const say = async () =>
        (await app.post(channel.path, { message: { text: 'x' }, from: { id: 'u' } }, caller.headers())).body.text;
      expect(await say()).toBe('1');
      fail = true;
      expect([await say()].flat().at(-1)).toMatch(/something went wrong/);
      fail = false;
      expect(await say()).toBe('2');
    },
  );

  it('ends a turn that takes longer than an engine may, with the response for it', async () => {
    const clock = createTestClock(Date.now());
    const begun = createGate();
    let aborted = false;
    const { app, caller, channel } = await openOwn({
      clock,
      env: { SYNC_LIMIT_SECONDS: '60' },
      ...engineOf(async function* (_turn, signal) {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        begun.open();
        await new Promise(() => {});
      }),
    });
    const answer = app.post(channel.path, { message: { text: 'x' }, from: { id: 'u' } }, caller.headers());
    await begun.opened;
    clock.advance(30_000);
    expect((await answer).body.text).toMatch(/taking too long/);
    expect(aborted).toBe(true);
  });

  it('ends a turn whose bot was too slow for its own engine with the same response', async () => {
    const { app, caller, channel } = await open(async function* () {
      yield* [];
      throw Object.assign(new Error('The bot did not answer in time.'), { reason: 'TIMEOUT' });
    });
    const answer = await app.post(channel.path, { message: { text: 'hm' }, from: { id: 'u' } }, caller.headers());
    expect(answer.body.text).toMatch(/taking too long/);
  });

  it('writes several messages as an array, templates always within one, and as the channel wants them', async () => {
    const template = { type: 'template', payload: { template_type: 'button', text: 'Pick' } };
    const speaking: Engine['reply'] = async function* (turn) {
      const text = turn.message.type === 'text' ? turn.message.text : '';
      for (const word of text.split(' ').filter((part) => part !== 'nothing')) {
        yield word === 'T'
          ? { type: 'said', contents: [{ type: 'TEMPLATE', value: JSON.stringify(template) }] }
          : said(word);
      }
      yield {
        ...end(turn),
        ...(text === 'done' && { endOfTask: { taskId: 'dg-1', taskName: 'Task', reason: 'Fulfilled' } }),
      };
    };
    const { app, caller, channel } = await open(speaking);
    const say = async (text: string) =>
      (await app.post(channel.path, { message: { text }, from: { id: 'u' } }, caller.headers())).body;
    expect(await say('a')).toEqual({ text: 'a' });
    expect(await say('a b')).toEqual({ text: ['a', 'b'] });
    expect(await say('T')).toEqual({ text: [template] });
    expect(await say('nothing')).toEqual({ text: '' });
    expect(await say('done')).toEqual({
      text: 'done',
      endOfTask: true,
      endReason: 'Fulfilled',
      completedTaskId: 'dg-1',
      completedTaskName: 'Task',
    });
    const update = (input: Record<string, unknown>) =>
      app.gql(
        'mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { channel { functional } } }',
        {
          input: { id: channel.id, ...input },
        },
      );
    expect(await update({ templateEncoding: 'STRING', textForm: 'ARRAY' })).toEqual({
      updateWebhookChannel: { channel: { functional: true } },
    });
    expect(await say('a')).toEqual({ text: ['a'] });
    expect(await say('a T')).toEqual({ text: ['a', JSON.stringify(template)] });
  });
});
