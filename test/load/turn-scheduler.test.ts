import { setImmediate as round } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TURNS } from '../../src/load/limits.js';
import { createTurnScheduler } from '../../src/load/turn-scheduler.js';
import { createTestClock } from '../support/clock.js';

/** A scheduler, messages that come and are accepted at will, and the turns that have begun. */
function open() {
  const clock = createTestClock();
  const scheduler = createTurnScheduler(clock, clock.now);
  const begun: number[] = [];
  const settle: (() => void)[] = [];
  return {
    clock,
    begun,
    isBehind: scheduler.isBehind,
    come(count: number) {
      for (let n = 0; n < count; n += 1) void scheduler.accepting(new Promise<void>((resolve) => settle.push(resolve)));
    },
    async accept(count: number) {
      for (const done of settle.splice(0, count)) done();
      await round();
    },
    async turns(...numbers: number[]) {
      for (const number of numbers) void scheduler.ready().then(() => begun.push(number));
      await round();
    },
    async rounds(count: number) {
      for (let n = 0; n < count; n += 1) await round();
    },
  };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('turns that nobody waits for', () => {
  it('begin at once while few messages wait to be accepted', async () => {
    const { come, turns, begun, clock } = open();
    come(TURNS.burstFrom - 1);
    await turns(1, 2);
    expect(begun).toEqual([1, 2]);
    expect(clock.pending).toBe(0);
  });

  it('make way in a burst, but for one to so many acceptances', async () => {
    const { come, accept, turns, begun } = open();
    come(TURNS.burstFrom + 2 * TURNS.acceptancesPerTurn);
    await turns(1, 2, 3);
    expect(begun).toEqual([]);
    await accept(TURNS.acceptancesPerTurn - 1);
    expect(begun).toEqual([]);
    await accept(1 + TURNS.acceptancesPerTurn);
    expect(begun).toEqual([1, 2]);
  });

  it('begin in the order they came once the burst is over, some in each round of the event loop', async () => {
    const { come, accept, turns, begun, clock, rounds } = open();
    come(TURNS.burstFrom);
    await turns(...numbers(100));
    await accept(TURNS.burstFrom);
    const inBurst = begun.length;
    clock.advance(TURNS.burstLookMs); // there were many since the last look
    await rounds(3);
    expect(begun).toHaveLength(inBurst);
    clock.advance(TURNS.burstLookMs);
    await round();
    expect(begun.length).toBeGreaterThan(inBurst);
    expect(begun.length).toBeLessThan(100);
    await rounds(20);
    expect(begun).toEqual(numbers(100));
    expect(clock.pending).toBe(0);
  });

  it('make way for no longer than their time, however long the burst', async () => {
    const { come, turns, begun, clock, rounds } = open();
    come(TURNS.burstFrom);
    await turns(1);
    for (let ms = 0; ms < TURNS.maxYieldMs; ms += TURNS.burstLookMs) {
      expect(begun).toEqual([]);
      come(1);
      clock.advance(TURNS.burstLookMs);
      await round();
    }
    await rounds(2);
    expect(begun).toEqual([1]);
    await turns(2);
    expect(begun).toEqual([1]); // it came later, and has its own time
  });

  it('tell when they have waited so long that nothing more should come', async () => {
    const { come, turns, begun, isBehind, clock, rounds } = open();
    come(TURNS.burstFrom);
    await turns(1);
    clock.advance(TURNS.burstLookMs); // nobody waits for the event loop here, which is what makes a turn wait for longer
    expect(isBehind()).toBe(false);
    clock.advance(TURNS.maxLagMs);
    expect(isBehind()).toBe(true);
    await rounds(2);
    expect(begun).toEqual([1]);
    expect(isBehind()).toBe(false);
  });

  it('go on when messages are refused', async () => {
    const scheduler = createTurnScheduler(createTestClock());
    await expect(scheduler.accepting(Promise.reject(new Error('full')))).rejects.toThrow('full');
    await scheduler.ready();
  });
});
