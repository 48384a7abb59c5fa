import { expect, it } from 'vitest';
import { DEFAULT_DELIVERY_POLICY } from '../../src/dispatcher/target.js';
import { SECOND } from '../../src/time.js';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { LEASE_MS, SINK, startProcess, until } from '../support/dispatching.js';
import { createGate } from '../support/receiver.js';

eachDatabase('a POST that takes as long as the lease of its lane', (database) => {
  it('keeps the lease, so that no other process sends the message again', async () => {
    const clock = createTestClock();
    const gate = createGate();
    const policy = { ...DEFAULT_DELIVERY_POLICY, timeoutMs: 60 * SECOND };
    const answer = async () => {
      await gate.opened;
      return { status: 200 };
    };
    let begun = 0;
    const counting = () => {
      begun += 1;
      return answer();
    };
    const more = { target: () => ({ ...SINK, policy }) };
    const first = startProcess(database(), 'p1', clock, counting, more);
    const second = startProcess(database(), 'p2', clock, counting, more);
    await first.say('slow', 'x', 'y');
    await until(() => begun === 1);
    for (let passed = 0; passed < LEASE_MS; passed += 5 * SECOND) {
      clock.advance(5 * SECOND);
      await until(async () => Number((await first.lane('slow'))?.due) > clock.now());
      expect(await second.dispatcher.claim(10)).toBe(0);
    }
    gate.open();
    await until(async () => (await first.row('slow-y'))?.status === 'DELIVERED');
    expect(await first.row('slow-x')).toMatchObject({ status: 'DELIVERED', attempts: 1 });
    expect(begun).toBe(2);
    await first.dispatcher.stop();
    await second.dispatcher.stop();
  });
});
