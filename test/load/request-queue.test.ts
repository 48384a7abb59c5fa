import { setImmediate as nextRound } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRequestQueue } from '../../src/load/request-queue.js';

/** A queue whose requests take as long as the test says. */
function setUp(messageMs: number) {
  let now = 0;
  const handled: number[] = [];
  const queue = createRequestQueue(() => now);
  let put = 0;
  return {
    queue,
    handled,
    come(messages: number) {
      for (let n = 0; n < messages; n += 1) {
        const number = put;
        put += 1;
        queue.put(() => {
          now += messageMs;
          handled.push(number);
        });
      }
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('the request queue', () => {
  it('lets messages through in their order, a few in each round', async () => {
    const { handled, come } = setUp(0);
    come(40);
    expect(handled).toEqual([]);
    await nextRound();
    expect(handled).toEqual(upTo(16));
    come(1);
    await nextRound();
    expect(handled).toEqual(upTo(32));
    await nextRound();
    expect(handled).toEqual(upTo(41));
  });

  it('begins at once again after it was empty', async () => {
    const { handled, come } = setUp(0);
    come(1);
    await nextRound();
    await nextRound();
    come(2);
    await nextRound();
    expect(handled).toEqual(upTo(3));
  });

  it('is full while what came now would wait too long, and not a moment after', async () => {
    const { queue, handled, come } = setUp(1);
    come(1_000);
    expect(queue.isFull()).toBe(false); // how long a message takes is not known yet
    await nextRound();
    await nextRound();
    expect(queue.isFull()).toBe(true);
    for (let rounds = 0; queue.isFull() && rounds < 1_000; rounds += 1) await nextRound();
    expect(handled.length).toBeGreaterThanOrEqual(900);
    expect(handled.length).toBeLessThan(1_000);
  });

  it('is not full of messages that take no time, however many they are', async () => {
    const { queue, come } = setUp(0.001);
    come(10_000);
    for (let round = 0; round < 20; round += 1) await nextRound();
    expect(queue.isFull()).toBe(false);
  });

  it('has room for a hundred, however long they take', async () => {
    const { queue, come } = setUp(1_000);
    come(100 + 16);
    for (let round = 0; round < 3; round += 1) await nextRound();
    expect(queue.isFull()).toBe(false);
    come(100);
    expect(queue.isFull()).toBe(true);
  });
});
