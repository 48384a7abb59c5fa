import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScriptQueue } from '../../../src/engines/dialog/sandbox/script-queue.js';

const THREADS = 3;
const none = () => 0;
const always = () => true;

describe('the queue of scripts', () => {
  it('serves bots in turn, and each bot in order', () => {
    const queue = createScriptQueue<{ botId: string; n: number }>(100);
    for (const [botId, count] of [
      ['a', 4],
      ['b', 1],
      ['c', 2],
    ] as const)
      for (let n = 0; n < count; n += 1) queue.add({ botId, n });
    const served = Array.from({ length: 8 }, () => queue.take(none, always)).map((s) => s && `${s.botId}${s.n}`);
    expect(served).toEqual(['a0', 'b0', 'c0', 'a1', 'c1', 'a2', 'a3', undefined]);
  });

  it('refuses a bot that fills its share, and still takes the scripts of others', () => {
    const queue = createScriptQueue<{ botId: string }>(8);
    const added = ['a', 'a', 'a', 'b', 'c'].map((botId) => queue.add({ botId }));
    expect(added).toEqual([true, true, false, true, true]);
  });

  it('never gives a bot a thread more while another with fewer waits, and loses nothing', () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.record({ add: fc.constantFrom('a', 'b', 'c', 'd') }) },
        { weight: 2, arbitrary: fc.record({ end: fc.nat(THREADS - 1) }) },
      ),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(steps, (history) => {
        const queue = createScriptQueue<{ botId: string }>(1000);
        const running: string[] = [];
        const waiting: string[] = [];
        const count = (botId: string) => running.filter((one) => one === botId).length;
        const fill = () => {
          while (running.length < THREADS) {
            const next = queue.take(count, always);
            if (!next) break;
            for (const other of waiting) expect(count(next.botId)).toBeLessThanOrEqual(count(other));
            waiting.splice(waiting.indexOf(next.botId), 1);
            running.push(next.botId);
          }
          expect(queue.size).toBe(waiting.length);
          if (running.length < THREADS) expect(waiting).toEqual([]);
        };
        for (const step of history) {
          if ('add' in step) {
            expect(queue.add({ botId: step.add })).toBe(true);
            waiting.push(step.add);
          } else running.splice(step.end, 1);
          fill();
        }
        expect(
          queue
            .drain()
            .map(({ botId }) => botId)
            .sort(),
        ).toEqual(waiting.sort());
      }),
    );
  });
});
