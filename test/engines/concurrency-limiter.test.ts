import { expect, it } from 'vitest';
import { createConcurrencyLimiter } from '../../src/engines/remote/concurrency-limiter.js';
import { HOUR, MINUTE } from '../../src/time.js';
import { createTestClock } from '../support/clock.js';

it('tries a bot that rests again as soon as before when the time of day is set back', async () => {
  const clock = createTestClock();
  const limiter = createConcurrencyLimiter(clock);
  const acquire = () => limiter.acquire('bot', 1, new AbortController().signal);
  for (let count = 0; count < 10; count += 1) (await acquire()).failed('no answer');
  await expect(acquire()).rejects.toMatchObject({ reason: 'RESTING' });
  clock.setBack(HOUR);
  clock.advance(MINUTE);
  (await acquire()).answered(200, null);
});
