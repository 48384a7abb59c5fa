import { expect, it } from 'vitest';
import type { CallbackTarget } from '../../src/dispatcher/target.js';
import { OutboundError } from '../../src/outbound/outbound-error.js';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { breathe, deliveryOf, type Response, SINK, startProcess, until } from '../support/dispatching.js';
import { createGate } from '../support/receiver.js';

const OK: Response = { status: 200 };

eachDatabase('an endpoint in trouble', (database) => {
  it('gets everything that waits for it as soon as its test succeeds, oldest first and without a herd', async () => {
    const clock = createTestClock();
    const answers: Response[] = [{ status: 503, headers: { 'retry-after': '5' } }];
    let underWay = 0;
    const most: number[] = [];
    const process = startProcess(database(), 'p1', clock, async () => {
      underWay += 1;
      most.push(underWay);
      for (let n = 0; n < 3; n += 1) await breathe();
      underWay -= 1;
      return answers.shift() ?? OK;
    });
    await process.say('waits-0', 'x');
    await until(async () => (await process.row('waits-0-x'))?.attempts === 1);
    for (let n = 1; n < 40; n += 1) await process.say(`waits-${n}`, 'x');
    await breathe();
    expect(process.posts).toHaveLength(1);
    expect(process.dispatcher.depth()).toBe(0); // none is being sent
    clock.advance(5_000);
    await process.answered(40);
    await process.dispatcher.claim(100);
    await process.answered(41);
    const ids = process.posts.map(({ id }) => id);
    expect(ids).toEqual([...Array.from({ length: 40 }, (_, n) => `waits-${n}-x`), 'waits-0-x']);
    expect(most.slice(0, 5).sort()).toEqual([1, 1, 1, 2, 2].sort());
    await until(() => process.dispatcher.depth() === 0);
    await process.dispatcher.stop();
  });

  it('gets nothing from those who waited for a slot when it fell into trouble, and they give the slot on', async () => {
    const clock = createTestClock();
    const gate = createGate();
    const sound: CallbackTarget = { ...SINK, url: 'http://sound.test/' };
    let calls = 0;
    const answer = async ({ url }: { url: string }): Promise<Response> => {
      if (url === sound.url) return OK;
      calls += 1;
      if (calls > 1) return OK;
      await gate.opened;
      return { status: 503, headers: { 'retry-after': '5' } };
    };
    const process = startProcess(database(), 'p1', clock, answer, {
      slots: 1,
      target: (channelId) => (channelId === 'sound' ? sound : SINK),
    });
    for (const n of [1, 2, 3]) await process.say(`waited-${n}`, 'x');
    await until(() => calls === 1);
    const toSound = [{ ...deliveryOf('sound-x', 'sound', clock.now()), channelId: 'sound' }];
    const stored = await process.queue.commit({ deliveries: toSound });
    if (stored.status === 'committed' && stored.outbound) process.dispatcher.offer(stored.outbound, toSound);
    gate.open(); // the clock stands still
    await until(async () => (await process.row('sound-x'))?.status === 'DELIVERED');
    await until(() => process.dispatcher.depth() === 0);
    expect(calls).toBe(1);
    expect(await process.row('waited-3-x')).toMatchObject({ attempts: 0, spent: 0, status: 'PENDING' });
    clock.advance(5_000);
    await until(async () => (await process.dispatcher.claim(100)) === 0 && calls === 4);
    await until(() => process.dispatcher.depth() === 0);
    await process.dispatcher.stop();
  });

  it('is not slept on when another of its calls succeeds', async () => {
    const clock = createTestClock();
    const slow = createGate();
    const process = startProcess(database(), 'p1', clock, async ({ id }) => {
      if (id.startsWith('slow')) await slow.opened;
      return id.startsWith('busy') && process.posts.length === 0
        ? { status: 503, headers: { 'retry-after': '5' } }
        : OK;
    });
    await process.say('slow', 'x');
    await process.say('busy', 'x');
    await process.answered(1);
    await process.say('third', 'x');
    await breathe();
    expect(process.posts).toHaveLength(1);
    slow.open(); // the clock stands still
    await process.answered(3);
    await until(async () => (await process.dispatcher.claim(100)) > 0);
    await process.answered(4);
    await process.dispatcher.stop();
  });

  it('is tested by the others in turn, under leases that are kept, and wakes what rests in the database', async () => {
    const clock = createTestClock();
    let answer: Response = { status: 500 };
    const process = startProcess(database(), 'p1', clock, () => answer);
    for (let n = 0; n < 10; n += 1) await process.say(`fails-${n}`, 'x'); // none of them sees a second try
    await process.answered(10);
    for (let n = 0; n < 3; n += 1) await process.say(`tests-${n}`, 'x');
    for (let tests = 1; tests <= 2; tests += 1) {
      await breathe();
      expect(process.posts).toHaveLength(9 + tests);
      clock.advance(1_000);
      await process.answered(10 + tests);
    }
    expect(await process.lane('tests-2')).toMatchObject({ owner: 'p1', epoch: 1 });
    const resting = await process.lane('fails-9');
    expect(resting).toMatchObject({ owner: null });
    answer = OK;
    clock.advance(1_000);
    await process.answered(13);
    await until(async () => Number((await process.lane('fails-9'))?.due) <= clock.now());
    await until(async () => (await process.dispatcher.claim(100)) === 0 && process.posts.length >= 25);
    expect(new Set(process.posts.filter(({ attempt }) => attempt > 1).map(({ id }) => id)).size).toBe(12);
    await process.dispatcher.stop();
  });

  it('is not one that rejects ten messages in a row', async () => {
    const clock = createTestClock();
    const process = startProcess(database(), 'p1', clock, ({ id }) => ({ status: id.startsWith('bad') ? 422 : 200 }));
    for (let n = 0; n < 12; n += 1) await process.say(`bad-${n}`, 'x');
    await process.answered(12);
    await process.say('good', 'x');
    await process.answered(13); // the clock stands still
    await process.dispatcher.stop();
  });
});

eachDatabase('a target that changes while a message waits for its slot', (database) => {
  const moved: CallbackTarget = { ...SINK, url: 'http://new.test/', headers: { authorization: 'Bearer new' } };

  it.each([
    ['suspended', null, []],
    ['moved', moved, ['http://new.test/', 'http://new.test/']],
    ['rotated', { ...SINK, url: 'http://sink.test/new' }, ['http://sink.test/new', 'http://sink.test/new']],
  ])('is looked up again: %s', async (what, after, urls) => {
    const clock = createTestClock();
    const gate = createGate();
    const seen: string[] = [];
    let target: CallbackTarget | null = SINK;
    const process = startProcess(
      database(),
      'p1',
      clock,
      async ({ url }) => {
        seen.push(url);
        await gate.opened;
        return OK;
      },
      { slots: 1, target: () => target },
    );
    for (const n of [1, 2, 3]) await process.say(`${what}-${n}`, 'x');
    await until(() => seen.length === 1);
    target = after;
    gate.open();
    await process.answered(1 + urls.length);
    await until(() => process.dispatcher.depth() === 0);
    expect(seen.slice(1)).toEqual(urls);
    expect(await process.row(`${what}-3-x`)).toMatchObject({
      status: after ? 'DELIVERED' : 'PENDING',
      attempts: after ? 1 : 0,
    });
    await process.dispatcher.stop();
  });

  it('is looked up again before a quick try', async () => {
    const clock = createTestClock();
    let target: CallbackTarget = SINK;
    const answer = ({ url }: { url: string }) => ({ status: url === moved.url ? 200 : 500 });
    const process = startProcess(database(), 'p1', clock, answer, { target: () => target, quickWaitsMs: [1_000] });
    await process.say('quick', 'x');
    await process.answered(1);
    await until(() => clock.pending > 0);
    target = moved;
    clock.advance(1_000);
    await process.answered(2);
    expect(process.posts.map(({ url }) => url)).toEqual([SINK.url, moved.url]);
    await process.dispatcher.stop();
  });
});

eachDatabase('an outage while a single conversation talks', (database) => {
  it('is over for its message within a second of the return', async () => {
    const clock = createTestClock();
    let isDown = true;
    let calls = 0;
    const answer = (): Response => {
      calls += 1;
      if (isDown) throw new OutboundError('CONNECT', 'The endpoint refused the connection.');
      return OK;
    };
    const process = startProcess(database(), 'p1', clock, answer, { quickWaitsMs: [1_000, 5_000] });
    await process.say('alone', 'x');
    for (const [n, waitMs] of [1_000, 5_000].entries()) {
      await until(() => calls === n + 1 && clock.pending > 0);
      clock.advance(waitMs);
    }
    await until(() => calls === 3);
    for (let second = 0; second < 180; second += 1) {
      await process.dispatcher.claim(10);
      await breathe();
      clock.advance(1_000);
    }
    isDown = false;
    const before = calls;
    await breathe();
    clock.advance(1_000);
    await until(() => calls > before);
    await until(async () => (await process.row('alone-x'))?.status === 'DELIVERED');
    expect(Number((await process.row('alone-x'))?.spent)).toBeLessThan(4);
    await process.dispatcher.stop();
  });
});
