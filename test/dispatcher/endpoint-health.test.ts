import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Permit } from '../../src/dispatcher/endpoint.js';
import { createEndpointHealth } from '../../src/dispatcher/endpoint-health.js';
import { createTestClock } from '../support/clock.js';
import { breathe } from '../support/dispatching.js';

function create() {
  const clock = createTestClock();
  const recovered: string[][] = [];
  const health = createEndpointHealth(clock, (channels) => recovered.push(channels));
  const entered = (): Permit => {
    const permit = health.tryEnter('e');
    if (!permit) throw new Error('not admitted');
    return permit;
  };
  return { clock, health, recovered, entered };
}

describe('the health of an endpoint', () => {
  it('ends with ten failures in a row, of which a 4xx is none, and is tested by one call after half a minute', () => {
    const { clock, health, entered } = create();
    for (const status of [500, 422, 500, 500, 500, 500, 500, 500, 500, 500, 500]) entered().answered(status, null);
    entered().failed();
    expect(health.tryEnter('e')).toBeNull();
    expect(health.restMs('e')).toBe(30_000);
    expect(health.tryEnter('another')).not.toBeNull();
    clock.advance(30_000);
    const test = entered();
    expect(health.tryEnter('e')).toBeNull();
    test.failed();
    expect(health.restMs('e')).toBe(30_000);
    clock.advance(30_000);
    entered().answered(200, null);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('comes back with any success after a 503, and after a 429 only with its time', () => {
    const { clock, health, entered } = create();
    const [busy, other] = [entered(), entered()];
    busy.answered(503, 60_000);
    expect(health.tryEnter('e')).toBeNull();
    other.answered(200, null);
    const [limited, another] = [entered(), entered()];
    limited.answered(429, 60_000);
    another.answered(200, null);
    expect(health.tryEnter('e')).toBeNull();
    clock.advance(60_000);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('rests no longer than it was to when the clock is set back', () => {
    const { clock, health, entered } = create();
    entered().answered(503, null);
    clock.setBack(3_600_000);
    expect(health.restMs('e')).toBe(5_000);
    clock.advance(5_000);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('admits those who wait oldest first, one more for each success, once the test has succeeded', async () => {
    const { clock, health, entered } = create();
    entered().answered(503, null);
    const admitted: { n: number; permit: Permit }[] = [];
    for (let n = 0; n < 8; n += 1) {
      const waiting = health.join('e', 'ch');
      if (typeof waiting === 'number') throw new Error('crowded');
      void waiting.permit.then((permit) => admitted.push({ n, permit }));
    }
    clock.advance(5_000);
    await breathe();
    const counts = [admitted.length];
    for (let next = 0; next < 8; next += 1) {
      admitted[next]?.permit.answered(200, null);
      await breathe();
      counts.push(admitted.length);
    }
    expect(counts).toEqual([1, 3, 5, 7, 8, 8, 8, 8, 8]);
    expect(admitted.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(health.waiting()).toBe(0);
  });

  it('wakes the channels of lanes that rest elsewhere with the first success', () => {
    const { clock, health, recovered, entered } = create();
    health.rests('e', 'well'); // no trouble: it rests for a reason of its own
    entered().answered(503, 3_600_000);
    expect(health.join('e', 'long')).toBe(3_600_000);
    health.rests('e', 'failed');
    clock.advance(3_600_000);
    expect(recovered).toEqual([]);
    entered().answered(200, null);
    expect(recovered).toEqual([['long', 'failed']]);
  });

  it('is forgotten of those called least recently, whose callers go on', async () => {
    const { health, entered } = create();
    entered().answered(503, null);
    const waiting = health.join('e', 'ch');
    for (let n = 0; n < 10_000; n += 1) health.tryEnter(`other ${n}`)?.answered(500, null);
    expect(health.tryEnter('e')).not.toBeNull();
    expect(typeof waiting !== 'number' && (await waiting.permit)).toBeTruthy();
  });

  it('leaves nobody waiting, whatever happens, and tests with one call at a time', async () => {
    const what = fc.constantFrom(
      'enter',
      'enter',
      'well',
      'well',
      'fail',
      'busy',
      'limited',
      'cancel',
      'leave',
      'time',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(what, fc.nat()), { maxLength: 120, size: 'max' }), async (steps) => {
        const { clock, health } = create();
        const permits: Permit[] = [];
        const places = new Set<{ leave(): void }>();
        const enter = () => {
          const permit = health.tryEnter('e');
          if (permit) return void permits.push(permit);
          const waiting = health.join('e', 'ch');
          if (typeof waiting === 'number') return;
          places.add(waiting);
          void waiting.permit.then((given) => {
            if (!places.delete(waiting)) return;
            permits.push(given);
          });
        };
        for (const [step, which] of steps) {
          const permit = permits[which % Math.max(1, permits.length)];
          if (step === 'enter') enter();
          else if (step === 'time') clock.advance(which % 40_000);
          else if (step === 'leave') {
            const [first] = places;
            if (first) {
              places.delete(first);
              first.leave();
            }
          } else if (permit) {
            permits.splice(permits.indexOf(permit), 1);
            if (step === 'well') permit.answered(200, null);
            else if (step === 'fail') permit.failed();
            else if (step === 'cancel') permit.cancelled();
            else permit.answered(step === 'busy' ? 503 : 429, null);
          }
          await breathe();
          expect(health.waiting()).toBe(places.size);
        }
        // From here on it is well: everybody is admitted in the end.
        for (let rounds = 0; places.size > 0 || permits.length > 0; rounds += 1) {
          expect(rounds).toBeLessThan(1_000);
          clock.advance(30_000);
          permits.shift()?.answered(200, null);
          await breathe();
        }
      }),
      { numRuns: 100 },
    );
  });
});
