import { expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/time.js';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { type Response, startProcess, until } from '../support/dispatching.js';

eachDatabase('a time of day that is set back', (database) => {
  it('makes no retry wait longer', async () => {
    const clock = createTestClock();
    const answers: Response[] = [{ status: 500 }];
    const process = startProcess(database(), 'p1', clock, () => answers.shift() ?? { status: 200 });
    await process.say('back', 'x');
    await until(async () => (await process.lane('back'))?.owner === null);
    clock.setBack(HOUR);
    await process.dispatcher.claim(10);
    clock.advance(14_000);
    expect(await process.dispatcher.claim(10)).toBe(0);
    clock.advance(1_000);
    expect(await process.dispatcher.claim(10)).toBe(1);
    await process.answered(2);
    await process.dispatcher.stop();
  });

  it('while no process runs makes no retry wait longer than the schedule allows', async () => {
    const clock = createTestClock();
    const first = startProcess(database(), 'p1', clock, () => ({ status: 500 }));
    await first.say('restart', 'x');
    await until(async () => (await first.lane('restart'))?.owner === null);
    await first.dispatcher.stop();
    const earlier = createTestClock(clock.now() - 2 * DAY);
    const second = startProcess(database(), 'p2', earlier, () => ({ status: 200 }));
    expect(await second.dispatcher.claim(10)).toBe(1);
    await second.answered(1);
    await second.dispatcher.stop();
  });
});
