import { expect, it } from 'vitest';
import { DEFAULT_DELIVERY_POLICY } from '../../src/dispatcher/target.js';
import { ofBoth } from '../../src/store/tables/channel-metric-sums.js';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { SINK, startProcess, until } from '../support/dispatching.js';

const REJECTIONS = [400, 401, 402, 403, 404, 405, 406, 409, 411, 412, 413, 414, 415, 422, 431, 451, 499];

eachDatabase('a message its receiver rejects', (database) => {
  it('goes to the dead letters at once, and its lane goes on', async () => {
    const clock = createTestClock();
    const process = startProcess(database(), 'p1', clock, ({ sequence }) => ({ status: sequence === 1 ? 400 : 200 }));
    await process.say('rejected', 'a', 'b');
    await process.answered(2); // the clock stands still
    await until(async () => (await process.row('rejected-b'))?.status === 'DELIVERED');
    expect(await process.row('rejected-a')).toMatchObject({ status: 'DEAD', dead_reason: 'REJECTED', attempts: 1 });
    await process.dispatcher.stop();
  });

  it('is tried again where the channel says so', async () => {
    const clock = createTestClock();
    const answers = [{ status: 422 }];
    const policy = { ...DEFAULT_DELIVERY_POLICY, onRejected: 'RETRY' as const };
    const process = startProcess(database(), 'p1', clock, () => answers.shift() ?? { status: 200 }, {
      target: () => ({ ...SINK, policy }),
      quickWaitsMs: [0],
    });
    await process.say('misused', 'a');
    await until(async () => (await process.row('misused-a'))?.status === 'DELIVERED');
    expect(process.posts).toHaveLength(2);
    await process.dispatcher.stop();
  });

  it('is not dead when every message is refused for a minute: all go out in order once the endpoint takes them', async () => {
    const clock = createTestClock();
    let status = 401;
    const dead = async () => {
      const { read } = database();
      const ofDays = ofBoth(read, 'DAY', (metrics) => metrics.where({ channel_id: 'ch' }).select('deliveries_dead'));
      const [counted] = await read.from(ofDays.as('counted')).sum({ dead: 'deliveries_dead' });
      return Number(counted?.dead);
    };
    const deadBefore = await dead();
    const process = startProcess(database(), 'p1', clock, () => ({ status }));
    const texts = Array.from({ length: 7 }, (_, n) => String(n));
    for (const text of texts) {
      await process.say('locked', text);
      await process.answered(process.posts.length + 1);
      await until(async () => (await process.lane('locked'))?.pending === 0);
      expect(await process.row(`locked-${text}`)).toMatchObject({ status: 'DEAD' });
      clock.advance(9_000);
    }
    expect(await dead()).toBe(deadBefore + 7);
    await process.say('locked', 'last'); // 63 s after the first
    await until(async () => (await process.row('locked-0'))?.status === 'PENDING');
    await until(async () => (await process.lane('locked'))?.pending === 8);
    const before = process.posts.length;
    status = 200;
    await until(async () => {
      clock.advance(1_000);
      await process.dispatcher.claim(10);
      return (await process.row('locked-last'))?.status === 'DELIVERED';
    });
    expect(process.sequences().slice(before)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await until(async () => (await dead()) === deadBefore);
    await process.dispatcher.stop();
  });
});

eachDatabase('an answer of the receiver', (database) => {
  it.each(REJECTIONS)('of %i makes a dead letter of its message alone', async (status) => {
    const clock = createTestClock();
    const process = startProcess(database(), 'p1', clock, ({ sequence }) => ({
      status: sequence === 2 ? status : 200,
    }));
    await process.say(`s${status}`, 'a', 'b', 'c');
    await process.answered(3);
    await until(async () => (await process.row(`s${status}-c`))?.status === 'DELIVERED');
    expect(await process.row(`s${status}-b`)).toMatchObject({ status: 'DEAD', attempts: 1 });
    await process.dispatcher.stop();
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 301])(
    'of %i has the message tried again, and nothing overtakes it',
    async (status) => {
      const clock = createTestClock();
      const answers = [{ status }];
      const process = startProcess(database(), 'p1', clock, () => answers.shift() ?? { status: 200 });
      await process.say(`r${status}`, 'a', 'b');
      await until(async () => (await process.lane(`r${status}`))?.owner === null);
      clock.advance(20_000);
      await process.dispatcher.claim(10);
      await process.answered(3);
      await until(async () => (await process.row(`r${status}-b`))?.status === 'DELIVERED');
      expect(process.sequences()).toEqual([1, 1, 2]);
      const isTrouble = status === 429 || status === 503;
      expect(await process.row(`r${status}-a`)).toMatchObject({ attempts: 2, spent: isTrouble ? 0 : 1 });
      await process.dispatcher.stop();
    },
  );
});
