import { expect, it } from 'vitest';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { breathe, startProcess, until } from '../support/dispatching.js';
import { createGate } from '../support/receiver.js';

eachDatabase('a dispatcher that stops', (database) => {
  it('POSTs nothing new: what waits for a slot is due now, with its lease given back and no attempt spent', async () => {
    const clock = createTestClock();
    const gate = createGate();
    let begun = 0;
    const answer = async () => {
      begun += 1;
      await gate.opened;
      return { status: 200 };
    };
    const process = startProcess(database(), 'p1', clock, answer, { slots: 1 });
    for (const n of [1, 2, 3]) await process.say(`stop-${n}`, 'x');
    await until(() => begun === 1);
    const stopped = process.dispatcher.stop();
    await until(async () => (await process.lane('stop-3'))?.owner === null); // while the POST is still under way
    gate.open();
    await stopped;
    expect(begun).toBe(1);
    for (const n of [2, 3]) {
      expect(await process.lane(`stop-${n}`)).toMatchObject({ owner: null, due: clock.now(), pending: 1 });
      expect(await process.row(`stop-${n}-x`)).toMatchObject({ attempts: 0, spent: 0, status: 'PENDING' });
    }
    expect(await process.row('stop-1-x')).toMatchObject({ status: 'DELIVERED' });
  });

  it('leaves what waits for an endpoint in trouble, or for its quick try, due as soon as before', async () => {
    const clock = createTestClock();
    const process = startProcess(
      database(),
      'p1',
      clock,
      ({ id }) => (id.startsWith('fails') ? { status: 500 } : { status: 503, headers: { 'retry-after': '5' } }),
      { quickWaitsMs: [60_000] },
    );
    await process.say('fails', 'x');
    await process.answered(1);
    await process.say('busy', 'x');
    await process.answered(2);
    await process.say('waits', 'x');
    await breathe();
    await process.dispatcher.stop();
    expect(process.posts).toHaveLength(2);
    expect(await process.lane('busy')).toMatchObject({ owner: null, due: clock.now() + 5_000 });
    expect(await process.lane('waits')).toMatchObject({ owner: null, due: clock.now() });
    expect(await process.row('fails-x')).toMatchObject({ attempts: 1, spent: 1 });
    expect(await process.row('waits-x')).toMatchObject({ attempts: 0, spent: 0 });
  });
});
