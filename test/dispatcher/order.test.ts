import { expect, it } from 'vitest';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { createCommitQueue } from '../../src/store/commit/commit-queue.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { breathe, deliveryOf, LEASE_MS, startProcess, until } from '../support/dispatching.js';
import { createGate } from '../support/receiver.js';

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

/** Answers 200 once it is let. */
const after = (before: () => Promise<void>) => async () => {
  await before();
  return { status: 200 };
};

eachDatabase('the dispatcher', (database) => {
  it('sends what another process has stored in between in its place', async () => {
    const clock = createTestClock();
    const gate = createGate();
    const one = startProcess(
      database(),
      'p1',
      clock,
      after(() => gate.opened),
    );
    const two = startProcess(database(), 'p2', clock, after(breathe));
    await one.say('between', 'a');
    await two.say('between', 'b');
    await one.say('between', 'c', 'd');
    gate.open();
    await one.answered(4);
    expect(one.sequences()).toEqual([1, 2, 3, 4]);
    expect(two.sequences()).toEqual([]);
    await one.dispatcher.stop();
  });

  it('leaves nothing behind when a message comes while the lane empties', async () => {
    const clock = createTestClock(); // stands still: what is left behind would wait for its lease to end
    const { say, sequences, answered, dispatcher } = startProcess(database(), 'p1', clock, after(breathe));
    const total = 300;
    for (const n of upTo(total)) {
      const saying = say('empties', String(n));
      for (let turns = n % 7; turns > 0; turns -= 1) await breathe();
      if (n % 3 === 0) await saying;
    }
    await answered(total);
    expect(sequences()).toEqual(upTo(total));
    await dispatcher.stop();
  });

  it('keeps the order when more comes in than it holds in memory of one read', async () => {
    const clock = createTestClock();
    const { say, sequences, answered, dispatcher, queue } = startProcess(database(), 'p1', clock, after(breathe));
    await queue.commit({ deliveries: upTo(50).map((n) => deliveryOf(`read-${n}`, 'read', clock.now())) });
    clock.advance(LEASE_MS); // nobody was offered them
    await dispatcher.claim(1_000);
    for (const n of upTo(100)) {
      void say('read', `later-${n}`);
      await breathe();
    }
    await answered(150);
    expect(sequences()).toEqual(upTo(150));
    await dispatcher.stop();
  });

  it('goes on where it was when the database has been away for a while', async () => {
    const clock = createTestClock();
    const { say, sequences, answered, dispatcher, broken } = startProcess(database(), 'p1', clock, after(breathe));
    broken.next = 1;
    await say('away', 'a', 'b');
    await answered(1);
    await until(() => clock.pending > 0); // the outcome could not be stored
    clock.advance(1_000);
    await answered(3);
    expect(sequences()).toEqual([1, 1, 2]); // what could not be recorded is sent again, under the same id
    await dispatcher.stop();
  });

  it('leaves to others what it does not work on', async () => {
    const clock = createTestClock();
    const lanes = laneStore(database().dialect, 'ingress-only', ['IN']);
    const queue = createCommitQueue({
      write: batchWriter(database().write, database().dialect, lanes),
      times: () => ({ now: clock.now(), leaseEnd: clock.now() + LEASE_MS, keysForgottenBefore: 0 }),
      onFatal: () => {},
    });
    const outcome = await queue.commit({ deliveries: [deliveryOf('others-1', 'others', clock.now())] });
    expect(outcome).toMatchObject({ status: 'committed', outbound: { lease: null } });
    const { sequences, answered, dispatcher } = startProcess(database(), 'p2', clock, after(breathe));
    await dispatcher.claim(1_000);
    await answered(1);
    expect(sequences()).toEqual([1]);
    await dispatcher.stop();
  });
});
