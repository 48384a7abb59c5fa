import { expect, it } from 'vitest';
import { createBackgroundShare } from '../../src/load/background-share.js';
import { BACKGROUND } from '../../src/load/limits.js';
import { createTestClock } from '../support/clock.js';
import { echo, engineOf, openLine, text } from '../support/own-bot.js';

it('is all of the time until the first turn', () => {
  expect(createBackgroundShare(createTestClock()).share()).toBe(1);
});

it('is a part of the time while turns come, and all of it again once none has for a second', () => {
  const clock = createTestClock();
  const load = createBackgroundShare(clock);
  for (let turn = 0; turn < 3; turn += 1) {
    load.turnEnded();
    expect(load.share()).toBe(BACKGROUND.share);
    clock.advance(BACKGROUND.quietMs - 1);
    expect(load.share()).toBe(BACKGROUND.share);
  }
  clock.advance(1);
  expect(load.share()).toBe(1);
});

it('follows the turns of callers, as its metric says', async () => {
  const clock = createTestClock();
  const line = await openLine({ ...engineOf(echo), clock });
  const metric = async () =>
    (await (await fetch(`${line.app.url}/metrics`)).text()).match(/^hookswitch_background_share (.*)$/m)?.[1];
  expect(await metric()).toBe('1');
  expect((await line.v2(text('hello'))).status).toBe(200);
  expect(await metric()).toBe(String(BACKGROUND.share));
  clock.advance(BACKGROUND.quietMs);
  expect(await metric()).toBe('1');
  await line.app.stop();
});
