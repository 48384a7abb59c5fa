import { describe, expect, it } from 'vitest';
import { createBotFailures } from '../../src/alerts/bot-failures.js';
import { createTestClock } from '../support/clock.js';

describe('a bot counts as failing', () => {
  const of = () => {
    const clock = createTestClock();
    const bots = createBotFailures(clock);
    return { clock, turns: (...failed: boolean[]) => failed.map((one) => bots.turnEnded('bt', one)) };
  };

  it('from the fifth failure in a row, which tells of all five', () => {
    const { turns } = of();
    expect(turns(true, true, true, true, true, true)).toEqual([0, 0, 0, 0, 5, 1]);
  });

  it('not after four failures and an answer', () => {
    const { turns } = of();
    expect(turns(true, true, true, true, false, true, true, true, true)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('when half of twenty turns within five minutes fail', () => {
    const { turns } = of();
    const alternating = Array.from({ length: 22 }, (_, n) => n % 2 === 0);
    const told = turns(...alternating);
    expect(told.slice(0, 20).every((count) => count === 0)).toBe(true);
    expect(told[20]).toBe(11);
  });

  it('not for failures that are further apart', () => {
    const { clock, turns } = of();
    for (let n = 0; n < 40; n += 1) {
      expect(turns(true, false)).toEqual([0, 0]);
      clock.advance(31_000);
    }
  });
});
