import { setImmediate as round } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createRests } from '../../src/checks/rests.js';
import { createTestClock } from '../support/clock.js';

/** Works in pieces for so long, and gives the milliseconds that passed until the work was done. */
async function timeOf(share: number, pieces: readonly number[]): Promise<number> {
  const clock = createTestClock();
  const began = clock.monotonicNow();
  const rest = createRests(clock, share);
  for (const piece of pieces) {
    clock.advance(piece);
    let rested = false;
    void rest().then(() => {
      rested = true;
    });
    await round();
    while (!rested) {
      clock.advance(1);
      await round();
    }
  }
  return clock.monotonicNow() - began;
}

it('makes work take as much longer as its share is smaller, in pieces of any length', async () => {
  expect(await timeOf(0.5, Array(20).fill(10))).toBe(400);
  expect(await timeOf(0.25, Array(200).fill(1))).toBe(800);
  expect(await timeOf(0.4, [300])).toBe(750);
});

it('never rests when all of the time is its own', async () => {
  expect(await timeOf(1, Array(20).fill(10))).toBe(200);
});
