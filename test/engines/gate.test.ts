import { expect, it } from 'vitest';
import { createGate } from '../../src/engines/remote/gate.js';
import { HOUR, MINUTE } from '../../src/time.js';
import { createTestClock } from '../support/clock.js';

it('tries a bot that rests again as soon as before when the time of day is set back', async () => {
  const clock = createTestClock();
  const gate = createGate(clock);
  const enter = () => gate.enter('bot', 1, new AbortController().signal);
  for (let count = 0; count < 10; count += 1) (await enter()).failed();
  await expect(enter()).rejects.toMatchObject({ reason: 'RESTING' });
  clock.setBack(HOUR);
  clock.advance(MINUTE);
  (await enter()).succeeded();
});
