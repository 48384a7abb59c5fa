import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChannelPace, type Turn, type TurnAhead } from '../../src/dispatcher/channel-pace.js';
import { DEFAULT_DELIVERY_POLICY, type DeliveryPolicy } from '../../src/dispatcher/target.js';
import { createTestClock } from '../support/clock.js';
import { breathe } from '../support/dispatching.js';

const policyOf = (more: Partial<DeliveryPolicy>): DeliveryPolicy => ({ ...DEFAULT_DELIVERY_POLICY, ...more });

describe('the pace of a channel', () => {
  it('holds nobody where nothing is set', () => {
    const pace = createChannelPace(createTestClock());
    for (let n = 0; n < 1_000; n += 1) expect(pace.enter('ch', DEFAULT_DELIVERY_POLICY)).toHaveProperty('over');
  });

  it('sends the lanes of a long line to rest for as long as its rate needs, and no longer than a minute', () => {
    const pace = createChannelPace(createTestClock());
    const policy = policyOf({ maxPerSecond: 10 });
    const entered = Array.from({ length: 102 }, () => pace.enter('ch', policy));
    expect(entered.slice(0, 101).some((one) => typeof one === 'number')).toBe(false);
    expect(entered[101]).toBe(10_000);
    expect(pace.enter('ch', policyOf({ maxPerSecond: 0.1 }))).toBe(60_000);
    expect(pace.enter('other', policy)).toHaveProperty('over');
  });

  it('leaves nobody waiting when a timer comes early and the time itself between two looks at the clock', async () => {
    const clock = createTestClock();
    const offsetsMs: number[] = [];
    const pace = createChannelPace({ ...clock, monotonicNow: () => clock.monotonicNow() + (offsetsMs.shift() ?? 0) });
    const policy = policyOf({ maxConcurrency: 1, maxPerSecond: 50 });
    (pace.enter('ch', policy) as Turn).over();
    let isServed = false;
    void (pace.enter('ch', policy) as TurnAhead).turn.then(() => {
      isServed = true;
    });
    offsetsMs.push(-0.3, 0.3);
    clock.advance(20);
    clock.advance(1);
    await breathe();
    expect(isServed).toBe(true);
  });

  it('never exceeds the POSTs at once and a second, serves in order, and leaves nobody waiting', async () => {
    const step = fc.record({ what: fc.constantFrom('enter', 'over', 'unused', 'leave', 'time'), n: fc.nat(3_000) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 20 }),
        async (steps, maxConcurrency, maxPerSecond) => {
          const clock = createTestClock();
          const pace = createChannelPace(clock);
          const policy = policyOf({ maxConcurrency, maxPerSecond });
          const underWay: Turn[] = [];
          const begun: number[] = [];
          const waiting = new Map<number, { leave(): void }>();
          let order = 0;
          let served = -1;
          const begin = (turn: Turn, mine: number) => {
            expect(mine).toBeGreaterThan(served);
            served = mine;
            underWay.push(turn);
            begun.push(clock.monotonicNow());
          };
          for (const { what, n } of steps) {
            if (what === 'enter') {
              const mine = order++;
              const entered = pace.enter('ch', policy);
              if (typeof entered === 'number') continue;
              if (!('turn' in entered)) begin(entered, mine);
              else {
                waiting.set(mine, entered);
                void entered.turn.then((turn) => {
                  if (waiting.delete(mine)) begin(turn, mine);
                });
              }
            } else if (what === 'time') clock.advance(n);
            else if (what === 'leave') {
              const [first] = waiting;
              if (!first) continue;
              waiting.delete(first[0]);
              first[1].leave();
            } else {
              const [turn] = underWay.splice(n % Math.max(1, underWay.length), 1);
              if (what === 'over') turn?.over();
              else if (turn) {
                turn.unused();
                begun.pop();
              }
            }
            await breathe();
            expect(underWay.length).toBeLessThanOrEqual(maxConcurrency);
          }
          for (let rounds = 0; waiting.size > 0 || underWay.length > 0; rounds += 1) {
            expect(rounds).toBeLessThan(500);
            underWay.shift()?.over();
            clock.advance(1_000);
            await breathe();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('begins POSTs no faster than its rate', async () => {
    const clock = createTestClock();
    const pace = createChannelPace(clock);
    const begun: number[] = [];
    const since = clock.monotonicNow();
    for (let n = 0; n < 5; n += 1) {
      const entered = pace.enter('ch', policyOf({ maxPerSecond: 4 }));
      if (typeof entered === 'number') throw new Error('crowded');
      const turn = 'turn' in entered ? entered.turn : Promise.resolve(entered);
      void turn.then((mine) => {
        begun.push(clock.monotonicNow() - since);
        mine.over();
      });
    }
    for (let ms = 0; ms < 1_500; ms += 50) {
      await breathe();
      clock.advance(50);
    }
    expect(begun).toEqual([0, 250, 500, 750, 1_000]);
  });
});
