import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { HookResponse, TestAppOptions } from '../support/app.js';
import { createBot, createCaller, goLive, type LiveChannel } from '../support/app.js';
import { createTestClock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import {
  end,
  engineOf,
  type Line,
  lineOf,
  linesOfOneApp,
  openLine,
  openLineOf,
  pause,
  said,
  text,
  textOf,
} from '../support/own-bot.js';
import { createGate } from '../support/receiver.js';

let line: Line | undefined;
afterEach(async () => {
  await line?.app.remove();
  line = undefined;
});

const lines = linesOfOneApp();
/** A line to an app of its own where that has options. */
const open = async (reply: Engine['reply'], options?: TestAppOptions, channel = {}): Promise<Line> => {
  if (!options) return lines(reply, channel);
  line = await openLine({ ...engineOf(reply), ...options }, channel);
  return line;
};
const vals = (answer: HookResponse) => answer.body.data.map(({ val }: { val: string }) => val);
const fulfilled = { endOfTask: { taskId: 'dg-1', taskName: 'Task', reason: 'Fulfilled' } };
const NO_DATA = { errors: [{ msg: 'No data found', code: 400 }], _v: 'v2' };

/** Says "one", and after each gate another word. */
function slow(...gates: ReturnType<typeof createGate>[]): Engine['reply'] {
  return async function* (turn) {
    yield said('one');
    for (const [index, gate] of gates.entries()) {
      yield pause(turn);
      await gate.opened;
      yield said(['two', 'three'][index] ?? 'more');
    }
    yield { ...end(turn), ...fulfilled };
  };
}

describe('polling', () => {
  it('gives what was said before the first slow step at once, and the rest by chained poll ids', async () => {
    const [first, second] = [createGate(), createGate()];
    const { v2, poll } = await open(slow(first, second));
    const partial = await v2(text('x'));
    expect(vals(partial)).toEqual(['one']);
    expect(partial.body).not.toHaveProperty('endOfTask');
    const { pollId } = partial.body;

    expect((await poll(pollId)).body).toEqual({
      status: 'Inprogress',
      pollId,
      _v: 'v2',
      traceId: partial.headers.get('x-trace-id'),
    });
    first.open();
    const next = await poll(pollId, { prefer: 'wait=10' });
    expect(vals(next)).toEqual(['two']);
    expect(next.body).toMatchObject({ _v: 'v2', to: 'u', sessionId: partial.body.sessionId });
    expect(next.headers.get('x-trace-id')).toBe(partial.headers.get('x-trace-id'));
    second.open();
    const last = await poll(next.body.pollId, { prefer: 'wait=10' });
    expect(vals(last)).toEqual(['three']);
    expect(last.body).toMatchObject({ endOfTask: true, endReason: 'Fulfilled' });
    expect(last.body).not.toHaveProperty('pollId');
  });

  it('answers a bot that needs no slow step in full', async () => {
    const { v2 } = await open(slow());
    const answer = await v2(text('x'));
    expect(vals(answer)).toEqual(['one']);
    expect(answer.body).not.toHaveProperty('pollId');
    expect(answer.body).toMatchObject({ endOfTask: true });
  });

  it('repeats an answer for a minute, the same one, and then has no data', async () => {
    const clock = createTestClock(Date.now());
    const [first, second] = [createGate(), createGate()];
    const { v2, poll } = await open(slow(first, second), { clock });
    const { pollId } = (await v2(text('x'))).body;
    first.open();
    const answer = await eventually(() => poll(pollId), hasData);
    second.open();
    await eventually(() => poll(answer.body.pollId), hasData);
    expect((await poll(pollId)).body).toEqual(answer.body);
    clock.advance(59_000);
    expect((await poll(pollId)).body).toEqual(answer.body);
    clock.advance(1_000);
    expect(await poll(pollId)).toMatchObject({ status: 400, body: NO_DATA });
  });

  it('gives an answer that nobody fetches for a day', async () => {
    const clock = createTestClock(Date.now());
    const gate = createGate();
    const { app, v2, poll } = await open(slow(gate), { clock });
    const { pollId } = (await v2(text('x'))).body;
    gate.open();
    await turnEnded(app.url);
    clock.advance(23 * 3_600_000);
    expect(vals(await poll(pollId))).toEqual(['two']);
    const other = (await v2(text('x'))).body.pollId;
    await turnEnded(app.url, 2);
    clock.advance(24 * 3_600_000);
    expect((await poll(other)).body).toMatchObject(NO_DATA);
  });

  it('keeps answers over a restart, and goes on with a turn that had paused', async () => {
    const gate = createGate();
    let runs = 0;
    const { app, v2, poll } = await open(
      async function* (turn) {
        runs += 1;
        if (turn.resume === null) {
          yield said('one');
          yield pause(turn);
          await gate.opened;
        }
        yield said('two');
        yield end(turn);
      },
      { env: { DRAIN_SECONDS: '0' } },
    );
    const { pollId } = (await v2(text('x'))).body;
    await app.restart();
    const answer = await poll(pollId, { prefer: 'wait=10' });
    expect(vals(answer)).toEqual(['two']);
    expect(runs).toBe(2);
    await app.restart();
    expect((await poll(pollId)).body).toEqual(answer.body);
    gate.open();
  });

  it('answers two who ask at the same time alike', async () => {
    const gate = createGate();
    const { v2, poll } = await open(slow(gate));
    const { pollId } = (await v2(text('x'))).body;
    const both = [poll(pollId, { prefer: 'wait=10' }), poll(pollId, { prefer: 'wait=10' })];
    gate.open();
    const [one, two] = await Promise.all(both);
    expect(one?.body).toEqual(two?.body);
    expect(one && vals(one)).toEqual(['two']);
  });

  it('has no data for ids of other bots, for made-up ones, and refuses the tokens of others', async () => {
    const gate = createGate();
    const { app, caller, channel, v2, get, poll } = await open(slow(gate));
    const { pollId } = (await v2(text('x'))).body;
    const other = await createCaller(app);
    const [foreign] = (await goLive(app, await createBot(app), [{ appClientId: other.clientId }])) as [LiveChannel];
    const theirs = lineOf(app, other, foreign);
    expect(await theirs.poll(pollId)).toMatchObject({ status: 400, body: NO_DATA });
    expect((await theirs.get(`/chatbot/v2/webhook/${channel.botId}/poll/${pollId}`)).status).toBe(401);
    expect((await app.post(`/chatbot/v2/webhook/${channel.botId}/poll/${pollId}`, {}, caller.headers())).status).toBe(
      405,
    );
    for (const made of ['x', 'pl-', `pl-${'0'.repeat(32)}-1`, 'pl-%00', `${pollId}x`, encodeURIComponent("' or 1=1")])
      expect(await poll(made)).toMatchObject({ status: 400, body: NO_DATA });
    expect((await get(`/chatbot/v2/webhook/st-none/poll/${pollId}`)).status).toBe(404);
    expect(
      (await get(`/chatbot/v2/webhook/${channel.botId}/poll/${pollId}`, { authorization: 'bearer x' })).status,
    ).toBe(401);
    expect((await poll(pollId, caller.headers({ userIdentity: 'somebody' }))).status).toBe(401);
    gate.open();
  });

  it('uses up a token that may be used once', async () => {
    const gate = createGate();
    const opened = await open(slow(gate), {});
    const strict = await createCaller(opened.app, { requireJti: true });
    const [channel] = (await goLive(opened.app, await createBot(opened.app), [{ appClientId: strict.clientId }])) as [
      LiveChannel,
    ];
    const once = () => strict.headers({ jti: randomUUID() }, { expiresIn: 600 });
    const at = lineOf(opened.app, strict, channel);
    const { pollId } = (await at.v2(text('x'), {}, once())).body;
    const token = once();
    expect((await at.poll(pollId, token)).status).toBe(200);
    expect((await at.poll(pollId, token)).status).toBe(401);
    gate.open();
    expect(vals(await at.poll(pollId, { ...once(), prefer: 'wait=10' }))).toEqual(['two']);
    expect((await at.v2(text('x'), {}, token)).status).toBe(401);
  });

  it('finds the turn of any instance by the short path', async () => {
    const gate = createGate();
    const opened = await open(slow(gate));
    const [second] = (await goLive(opened.app, opened.channel.botId, [
      { name: 'second', appClientId: opened.caller.clientId },
    ])) as [LiveChannel];
    const further = lineOf(opened.app, opened.caller, second);
    expect(further.v2Path).toContain('/hookInstance/');
    const { pollId } = (await further.v2(text('x'))).body;
    gate.open();
    expect(vals(await opened.poll(pollId, { prefer: 'wait=10' }))).toEqual(['two']);
  });

  it('is not for channels that have it switched off: one complete reply, or 504', async () => {
    const clock = createTestClock(Date.now());
    const gate = createGate();
    const begun = createGate();
    const { v2, v1 } = await open(
      async function* (turn) {
        yield said('one');
        yield pause(turn);
        begun.open();
        if (textOf(turn) === 'slow') await gate.opened;
        yield said('two');
        yield end(turn);
      },
      { clock },
      { enablePolling: false },
    );
    expect(vals(await v2(text('quick')))).toEqual(['one', 'two']);
    expect((await v1({ message: { text: 'quick' }, from: { id: 'u' } })).body).toEqual({ text: ['one', 'two'] });
    const late = v2(text('slow'), { from: { id: 'v' } });
    await begun.opened;
    await eventually(async () => clock.pending && (await paused(line?.app.url ?? '')));
    clock.advance(15_000);
    expect(await late).toMatchObject({
      status: 504,
      body: { errors: [{ msg: 'The request has been timed-out', code: 504 }], _v: 'v2' },
    });
    gate.open();
  });
});

describe('Prefer: respond-async', () => {
  const prefer = { prefer: 'respond-async, wait=0' };

  it('answers in full when the bot is quick enough', async () => {
    const { v2, v1 } = await open(slow());
    const answer = await v2(text('x'), {}, { prefer: 'respond-async, wait=10' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('preference-applied')).toBe('respond-async');
    expect(vals(answer)).toEqual(['one']);
    const first = await v1({ message: { text: 'x' }, from: { id: 'u' } }, { prefer: 'wait="10", Respond-Async' });
    expect(first).toMatchObject({ status: 200, body: { text: 'one', endOfTask: true } });
  });

  it.each(['V1', 'V2'] as const)('says 202 and where to fetch the whole answer, once, with %s', async (version) => {
    const gate = createGate();
    const { v1, v2, get } = await open(slow(gate));
    const asked = await (version === 'V1'
      ? v1({ message: { text: 'x' }, from: { id: 'u' } }, prefer)
      : v2(text('x'), {}, prefer));
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({ status: 'Inprogress', pollId: expect.any(String) });
    const location = asked.headers.get('location') ?? '';
    expect(asked.headers.get('link')).toBe(`<${location}/events>; rel="monitor"; type="text/event-stream"`);
    const soon = await eventually(() => get(location), hasData);
    gate.open();
    const rest = await get(location.replace(asked.body.pollId, soon.body.pollId), { prefer: 'wait=10' });
    expect(rest.headers.get('x-trace-id')).toBe(asked.headers.get('x-trace-id'));
    if (version === 'V1') expect([soon.body.text, rest.body]).toMatchObject(['one', { text: 'two', endOfTask: true }]);
    else expect([vals(soon), vals(rest)]).toEqual([['one'], ['two']]);
  });

  it('keeps its word: the turn runs however long it had to wait, also after a restart', async () => {
    const clock = createTestClock(Date.now());
    const gate = createGate();
    const begun = createGate();
    const texts: string[] = [];
    const { app, v2, get } = await open(
      async function* (turn) {
        texts.push(textOf(turn));
        begun.open();
        if (textOf(turn) === 'first') await gate.opened;
        yield said(textOf(turn));
        yield end(turn);
      },
      { clock, env: { DRAIN_SECONDS: '0', ENGINE_LIMIT_SECONDS: '600' } },
    );
    const blocking = v2(text('first'));
    await begun.opened;
    const asked = await v2(text('second'), {}, prefer);
    clock.advance(20_000);
    expect((await blocking).status).toBe(504);
    const location = asked.headers.get('location') ?? '';
    expect((await get(location)).body.status).toBe('Inprogress');
    await app.restart();
    const answer = await eventually(() => get(location), hasData);
    expect(vals(answer)).toEqual(['second']);
    expect(texts.filter((one) => one === 'second')).toHaveLength(1);
    gate.open();
  });

  it('does not run a message twice that is sent again under its key', async () => {
    const gate = createGate();
    let runs = 0;
    const { v2 } = await open(async function* (turn) {
      runs += 1;
      await gate.opened;
      yield said('done');
      yield end(turn);
    });
    const headers = { ...prefer, 'idempotency-key': randomUUID() };
    const first = await v2(text('x'), {}, headers);
    const second = await v2(text('x'), {}, headers);
    expect(second).toMatchObject({ status: 202, body: { pollId: first.body.pollId } });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    gate.open();
    const third = await v2(text('x'), {}, { 'idempotency-key': headers['idempotency-key'] });
    expect(vals(third)).toEqual(['done']);
    expect(runs).toBe(1);
  });
});

describe('the event stream of an answer', () => {
  const headers = { prefer: 'respond-async, wait=0' };

  it('tells replies as they come, keeps itself alive, and ends', async () => {
    const clock = createTestClock(Date.now());
    const [first, second] = [createGate(), createGate()];
    const { v2, app, caller } = await open(slow(first, second), { clock });
    const asked = await v2(text('x'), {}, headers);
    const stream = await openStream(`${app.url}${asked.headers.get('location')}/events`, caller.headers());
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(await stream.next()).toMatchObject({ id: '1', event: 'partial', data: { data: [{ val: 'one' }] } });
    clock.advance(15_000);
    expect(await stream.nextComment()).toBe(': still here');
    first.open();
    expect(await stream.next()).toMatchObject({ id: '2', event: 'partial', data: { data: [{ val: 'two' }] } });
    second.open();
    expect(await stream.next()).toMatchObject({
      id: 'end',
      event: 'end',
      data: { _v: 'v2', data: [{ val: 'three' }], endOfTask: true },
    });
    expect(await stream.next()).toBeNull();
  });

  it('is refused to an app that has its share of them open, and to everybody once all are', async () => {
    const gate = createGate();
    const own = await open(slow(gate), { eventStreams: { max: 3, maxPerApp: 2 } });
    const other = await openLineOf(own.app);
    const streamOf = async ({ app, caller, v2 }: Line) => {
      const { headers: answered } = await v2(text('x'), {}, headers);
      return (signal: AbortSignal | null = null) =>
        fetch(`${app.url}${answered.get('location')}/events`, { headers: caller.headers(), signal });
    };
    const [ask, askOther] = [await streamOf(own), await streamOf(other)];
    const closing = new AbortController();
    const streams = [await ask(closing.signal), await ask()];
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ errors: [{ reason: 'TOO_MANY_STREAMS' }] });
    streams.push(await askOther());
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    const full = await askOther();
    expect(full.status).toBe(503);
    expect(await full.json()).toMatchObject({ errors: [{ reason: 'TOO_MANY_STREAMS' }] });
    closing.abort();
    const again = await eventually(
      () => ask(),
      ({ status }) => status !== 503,
    );
    expect(again.status).toBe(200);
    gate.open();
    for (const { body: told } of streams.slice(1)) await told?.cancel();
    await again.body?.cancel();
  });

  it('goes on where it was cut off, also after a restart, and says when all has been told', async () => {
    const gate = createGate();
    const { v1, app, caller, get } = await open(
      async function* (turn) {
        if (turn.resume === null) {
          yield said('one');
          yield pause(turn);
          await gate.opened;
        }
        yield said('two');
        yield end(turn);
      },
      { env: { DRAIN_SECONDS: '0' } },
    );
    const asked = await v1({ message: { text: 'x' }, from: { id: 'u' } }, headers);
    const path = `${asked.headers.get('location')}/events`;
    const stream = await openStream(`${app.url}${path}`, caller.headers());
    expect(await stream.next()).toMatchObject({ id: '1', data: { text: 'one' } });
    await app.restart();
    expect(await stream.next()).toBeNull();
    const again = await openStream(`${app.url}${path}`, { ...caller.headers(), 'last-event-id': '1' });
    expect(await again.next()).toMatchObject({ id: 'end', data: { text: 'two' } });
    expect((await get(path, { 'last-event-id': 'end' })).status).toBe(204);
    expect((await get(path, { authorization: 'bearer no' })).status).toBe(401);
    gate.open();
  });
});

const hasData = (answer: HookResponse): boolean => answer.body.status !== 'Inprogress';

const metric = async (url: string, pattern: RegExp): Promise<number> =>
  Number(pattern.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0);

const turnEnded = (url: string, count = 1) =>
  eventually(
    () => metric(url, /hookswitch_turns_total\{outcome="answered"\} (\d+)/),
    (turns) => turns >= count,
  );

/** The slow message is under way. */
const paused = (url: string) => metric(url, /hookswitch_inbound_messages (\d+)/);

interface ServerSentEvent {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

/** Reads an event stream block by block, as the standard has it. */
async function openStream(url: string, headers: Record<string, string>) {
  const response = await fetch(url, { headers });
  if (!response.body) throw new Error('no stream');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  async function block(): Promise<string | null> {
    while (!buffer.includes('\n\n')) {
      const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }));
      if (done) return null;
      buffer += value;
    }
    const at = buffer.indexOf('\n\n');
    const found = buffer.slice(0, at);
    buffer = buffer.slice(at + 2);
    return found;
  }
  return {
    headers: response.headers,
    async nextComment(): Promise<string | null> {
      for (let found = await block(); ; found = await block())
        if (found === null || found.startsWith(':')) return found;
    },
    async next(): Promise<ServerSentEvent | null> {
      for (let found = await block(); found !== null; found = await block()) {
        const fields = new Map(found.split('\n').map((row) => row.split(/: (.*)/s) as [string, string]));
        if (!fields.has('data')) continue;
        return {
          id: fields.get('id') ?? '',
          event: fields.get('event') ?? '',
          data: JSON.parse(fields.get('data') ?? '{}'),
        };
      }
      return null;
    },
  };
}
