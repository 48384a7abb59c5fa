import { expect, it } from 'vitest';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { SINK, startProcess, until } from '../support/dispatching.js';

const HOUR_MS = 3_600_000;

eachDatabase('the retry window of a callback', (database) => {
  it('passes while its channel is suspended: what is older than a day is never sent', async () => {
    const clock = createTestClock();
    let suspended = true;
    const target = () => (suspended ? null : SINK);
    const process = startProcess(database(), 'p1', clock, () => ({ status: 200 }), { target });
    await process.say('friday', 'code');
    await until(() => process.dispatcher.depth() === 0);
    clock.advance(25 * HOUR_MS);
    await process.queue.commit({}); // time for what would be under way
    suspended = false;
    const monday = process.say('friday', 'hello');
    await process.dispatcher.claim(10);
    await monday;
    await until(async () => {
      clock.advance(100); // a lane that could not be written to waits for half a second
      await process.dispatcher.claim(10);
      return (await process.row('friday-hello'))?.status === 'DELIVERED';
    });
    expect(process.sequences()).toEqual([2]);
    expect(await process.row('friday-code')).toMatchObject({ status: 'DEAD', attempts: 0 });
    await process.dispatcher.stop();
  });

  it('passes while the endpoint is in trouble and the message waits behind others', async () => {
    const clock = createTestClock();
    const process = startProcess(database(), 'p1', clock, () => ({ status: 503 }));
    await process.say('trouble', 'a', 'b');
    await process.answered(1);
    await until(async () => (await process.row('trouble-a'))?.attempts === 1);
    clock.advance(24 * HOUR_MS);
    await until(async () => {
      await process.dispatcher.claim(10);
      return (await process.row('trouble-b'))?.status === 'DEAD';
    });
    expect(await process.row('trouble-a')).toMatchObject({ status: 'DEAD', attempts: 1 });
    expect(await process.row('trouble-b')).toMatchObject({ attempts: 0 });
    await process.dispatcher.stop();
  });
});
