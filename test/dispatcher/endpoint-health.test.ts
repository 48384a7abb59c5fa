import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Permit } from '../../src/dispatcher/endpoint.js';
import { createEndpointHealth } from '../../src/dispatcher/endpoint-health.js';
import type { EndpointStatus } from '../../src/dispatcher/endpoint-status.js';
import { createTestClock } from '../support/clock.js';
import { breathe } from '../support/dispatching.js';

function create() {
  const clock = createTestClock();
  const recovered: string[] = [];
  const refusing: string[] = [];
  const told: EndpointStatus[] = [];
  const health = createEndpointHealth(clock, {
    limited: true,
    recovered: (endpoint) => recovered.push(endpoint),
    refusesAll: (endpoint) => refusing.push(endpoint),
    changed: (_endpoint, status) => told.push(status),
  });
  const entered = (): Permit => {
    const permit = health.tryEnter('e');
    if (!permit) throw new Error('not admitted');
    return permit;
  };
  const fail = (times: number) => {
    for (let n = 0; n < times; n += 1) entered().failed('CONNECT: refused');
  };
  return { clock, health, recovered, refusing, told, entered, fail, states: () => told.map(({ state }) => state) };
}

describe('the health of an endpoint', () => {
  it('ends with ten failures in a row, of which a 4xx is none, and is tested a second later', () => {
    const { clock, health, entered, fail } = create();
    for (const status of [500, 422, 500, 500, 500, 500, 500, 500, 500, 500, 500]) entered().answered(status, null);
    fail(1);
    expect(health.tryEnter('e')).toBeNull();
    expect(health.restMs('e')).toBe(1_000);
    expect(health.tryEnter('another')).not.toBeNull();
    clock.advance(1_000);
    const test = entered();
    expect(health.tryEnter('e')).toBeNull();
    test.failed('CONNECT: refused');
    expect(health.restMs('e')).toBe(1_000);
    clock.advance(1_000);
    entered().answered(200, null);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('is tested less often the longer the outage lasts, by another call when the one before hangs', () => {
    const { clock, health, entered, fail } = create();
    fail(3);
    for (let minutes = 0; minutes < 10; ) {
      clock.advance(health.restMs('e'));
      entered().failed('TIMEOUT: silent');
      minutes = (clock.now() - createTestClock().now()) / 60_000;
    }
    expect(health.restMs('e')).toBeGreaterThan(1_900);
    expect(health.restMs('e')).toBeLessThan(2_100);
    clock.advance(health.restMs('e'));
    const hanging = entered();
    expect(health.tryEnter('e')).toBeNull();
    clock.advance(2_100);
    entered().answered(200, null);
    expect(health.tryEnter('e')).not.toBeNull();
    hanging.failed('TIMEOUT: silent');
    expect(health.restMs('e')).toBe(0);
  });

  it('bears eight calls at once at first, one more with each success, and half as many after an overload', () => {
    const { health, entered } = create();
    const enterAll = () => {
      const permits: Permit[] = [];
      for (let permit = health.tryEnter('e'); permit; permit = health.tryEnter('e')) permits.push(permit);
      return permits;
    };
    const first = enterAll();
    expect(first).toHaveLength(8);
    for (const permit of first) permit.answered(200, null);
    const second = enterAll();
    expect(second).toHaveLength(16);
    for (const permit of second) permit.cancelled();
    entered().answered(503, null);
    expect(enterAll()).toHaveLength(8);
  });

  it('comes back with any success after a 503 that names a time, and after such a 429 only with its time', () => {
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

  it('ends with three answers in a row that say nothing of a message, so that few messages are enough to know', () => {
    const { clock, health, entered } = create();
    entered().answered(503, null);
    entered().answered(500, null);
    entered().failed('CONNECT: refused');
    expect(health.restMs('e')).toBe(0);
    entered().answered(429, null);
    expect(health.restMs('e')).toBe(1_000);
    clock.advance(1_000);
    entered().answered(200, null);
    for (const status of [503, 200, 503, 200, 503]) entered().answered(status, null);
    expect(health.restMs('e')).toBe(0);
  });

  it('is not slept on for one 503 that names no time', () => {
    const { health, entered } = create();
    entered().answered(503, null);
    expect(health.restMs('e')).toBe(0);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('rests no longer than it was to when the clock is set back', () => {
    const { clock, health, entered } = create();
    entered().answered(503, 5_000);
    clock.setBack(3_600_000);
    expect(health.restMs('e')).toBe(5_000);
    clock.advance(5_000);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('admits those who wait oldest first, one more for each success, once the test has succeeded', async () => {
    const { clock, health, entered } = create();
    entered().answered(503, 5_000);
    const admitted: { n: number; permit: Permit }[] = [];
    for (let n = 0; n < 8; n += 1) {
      const waiting = health.join('e', 'ch');
      if (typeof waiting === 'number') throw new Error('crowded');
      void waiting.permit.then((permit) => permit && admitted.push({ n, permit }));
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

  it('sends lanes to rest in the database for a long time, and wakes them with the first success', () => {
    const { clock, health, recovered, entered } = create();
    entered().answered(503, 3_600_000);
    expect(health.join('e', 'long')).toBe(3_600_000);
    clock.advance(3_600_000);
    expect(recovered).toEqual([]);
    entered().answered(200, null);
    expect(recovered).toEqual(['e']);
  });

  it('wakes what rests in the database with the first success after a start, and not with the next ones', () => {
    const { recovered, entered } = create();
    entered().answered(200, null);
    entered().answered(200, null);
    expect(recovered).toEqual(['e']);
  });

  it('is tested at once when somebody asks for it, whatever it asked for', async () => {
    const { health, entered } = create();
    entered().answered(429, 3_600_000);
    health.tryNow(['e'], []);
    entered().answered(200, null);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('lets the lanes of a channel look again at where they send to', async () => {
    const { health, entered } = create();
    entered().answered(503, 5_000);
    const [moved, other] = [health.join('e', 'moved'), health.join('e', 'other')];
    health.tryNow([], ['moved']);
    expect(typeof moved !== 'number' && (await moved.permit)).toBeNull();
    expect(health.waiting()).toBe(1);
    if (typeof other !== 'number') other.leave();
    expect(health.waiting()).toBe(0);
  });

  it('is in doubt from the second failure in a row on, and is said so once', () => {
    const { told, states, entered, fail } = create();
    entered().answered(200, null);
    fail(1);
    expect(states()).toEqual(['HEALTHY']);
    fail(2);
    expect(states()).toEqual(['HEALTHY', 'FAILING', 'BLOCKED']);
    expect(told.at(-1)).toMatchObject({ lastError: 'CONNECT: refused', blockedUntil: expect.any(Number) });
  });

  it.each([401, 403, 404])('ends when every message is refused by %i for a minute', (status) => {
    const { clock, health, refusing, entered } = create();
    entered().answered(200, null);
    for (let n = 0; n < 6; n += 1) {
      expect(entered().answered(status, null)).toBe('MESSAGE');
      clock.advance(10_000);
    }
    expect(refusing).toEqual([]);
    expect(entered().answered(status, null)).toBe('ENDPOINT');
    expect(refusing).toEqual(['e']);
    expect(health.tryEnter('e')).toBeNull();
    clock.advance(1_000);
    expect(entered().answered(status, null)).toBe('ENDPOINT');
    clock.advance(2_000);
    entered().answered(200, null);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('does not end with refusals as long as other messages are taken, nor with other rejections', () => {
    const { clock, refusing, health, entered } = create();
    for (let n = 0; n < 20; n += 1) {
      entered().answered(n % 5 === 0 ? 200 : 404, null);
      clock.advance(10_000);
    }
    for (let n = 0; n < 20; n += 1) {
      entered().answered(400, null);
      clock.advance(10_000);
    }
    expect(refusing).toEqual([]);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('begins with a test where the process before left it in trouble, and is tested when another finds it well', () => {
    const { clock, health, entered } = create();
    const blocked = { lastSuccessAt: null, lastFailureAt: 1, lastError: '503', blockedUntil: null };
    health.learn('e', { state: 'BLOCKED', since: clock.now(), ...blocked });
    const test = entered();
    expect(health.tryEnter('e')).toBeNull();
    test.answered(503, 3_600_000);
    expect(health.tryEnter('e')).toBeNull();
    health.learn('e', { state: 'HEALTHY', since: clock.now(), ...blocked });
    entered().answered(200, null);
    expect(health.tryEnter('e')).not.toBeNull();
  });

  it('is forgotten of those called least recently, whose callers go on', async () => {
    const { health, entered } = create();
    entered().answered(503, 5_000);
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
            if (!places.delete(waiting) || !given) return;
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
            else if (step === 'fail') permit.failed('RESET: gone');
            else if (step === 'cancel') permit.cancelled();
            else permit.answered(step === 'busy' ? 503 : 429, which % 2 === 0 ? null : 5_000);
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
