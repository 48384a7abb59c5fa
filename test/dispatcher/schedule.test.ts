import { describe, expect, it } from 'vitest';
import { freshDelivery, progressAfter } from '../../src/dispatcher/progress.js';
import { untried } from '../../src/dispatcher/tried.js';
import { DAY } from '../../src/time.js';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { breathe, deliveryOf, startProcess, until } from '../support/dispatching.js';

eachDatabase('quick tries', (database) => {
  it('are as many as there are waits, each after its own', async () => {
    const clock = createTestClock();
    const process = startProcess(database(), 'p1', clock, () => ({ status: 500 }), {
      quickWaitsMs: [1_000, 3_000, 10_000],
    });
    await process.say('quick', 'x');
    await process.answered(1);
    for (const [n, waitMs] of [1_000, 3_000, 10_000].entries()) {
      await until(() => clock.pending > 0);
      clock.advance(waitMs - 1);
      await breathe();
      expect(process.posts).toHaveLength(n + 1);
      clock.advance(1);
      await process.answered(n + 2);
    }
    await until(async () => (await process.lane('quick'))?.owner === null);
    expect(await process.row('quick-x')).toMatchObject({ attempts: 4, spent: 4 });
    await process.dispatcher.stop();
  });
});

describe('what a delivery comes to', () => {
  it('is due now when it was not tried, however often it had failed before', () => {
    const delivery = { ...freshDelivery(deliveryOf('x', 'cv', 0), 1), attempts: 7, spent: 7, firstAttemptAt: 0 };
    const after = progressAfter(delivery, untried({ kind: 'untried', waitMs: null }), {
      windowMs: DAY,
      now: 5_000,
      random: 0.5,
    });
    expect(after).toMatchObject({ status: 'PENDING', attempts: 7, spent: 7, nextAttemptAt: 5_000 });
  });
});
