import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFailureLimit } from '../../../src/domain/sign-in/failure-limit.js';
import { networkOf } from '../../../src/outbound/ranges.js';
import { createTestClock } from '../../support/clock.js';

const MINUTE = 60_000;

describe('a limit to failures', () => {
  it('is not cleared by thousands of others', () => {
    const limit = createFailureLimit({ free: 10, maxDelayMs: MINUTE }, createTestClock());
    for (let count = 0; count < 10; count += 1) limit.count('guessed@example.com');
    for (let count = 0; count < 10_050; count += 1) {
      limit.count(`made-up-${count}@example.com`);
      if (count % 1_000 === 0) expect(limit.waitMs('guessed@example.com')).toBe(1_000);
    }
  });

  it('lets through no more than its free attempts and what the longest delay allows, whatever happens in between', () => {
    const attempt = fc.record({ restMs: fc.integer({ min: 0, max: MINUTE / 2 }), right: fc.boolean() });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 200 }), (attempts) => {
        const clock = createTestClock();
        const limit = createFailureLimit({ free: 5, maxDelayMs: 15 * MINUTE }, clock);
        const began = clock.now();
        let wrong = 0;
        for (const { restMs, right } of attempts) {
          clock.advance(restMs);
          if (limit.waitMs('key') > 0) continue;
          limit.count('key');
          if (right) limit.forgive('key');
          else wrong += 1;
        }
        expect(wrong).toBeLessThanOrEqual(5 + 10 + Math.floor((clock.now() - began) / (7.5 * MINUTE)));
      }),
    );
  });

  it('forgets a failure every quarter of an hour, and never makes anybody wait longer than its longest delay', () => {
    const clock = createTestClock();
    const limit = createFailureLimit({ free: 1, maxDelayMs: MINUTE }, clock);
    for (let count = 0; count < 100; count += 1) limit.count('key');
    expect(limit.waitMs('key')).toBe(MINUTE);
    clock.advance(24 * 60 * MINUTE);
    expect(limit.waitMs('key')).toBe(0);
    limit.count('key');
    expect(limit.waitMs('key')).toBe(1_000);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['', ''],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
