import { afterEach, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { Database } from '../../src/store/database/database.js';
import { ofBoth } from '../../src/store/tables/channel-metric-sums.js';
import { end, engineOf, type Line, openLine, pause, said, text } from '../support/own-bot.js';

let line: Line | undefined;
afterEach(async () => {
  await line?.app.remove();
});

it.each<[string, Engine['reply']]>([
  [
    'pauses before it says anything',
    async function* (turn) {
      yield pause(turn);
      yield said('here I am');
      yield end(turn);
    },
  ],
  [
    'fails',
    () => {
      throw new Error('broken');
    },
  ],
])('a session is counted once, also when its bot %s', async (_, reply) => {
  let database: Database | undefined;
  const around = (real: Database) => {
    database = real;
    return real;
  };
  line = await openLine({ ...engineOf(reply), database: around }, { enablePolling: false });
  await line.v2(text('one'));
  await line.v2(text('two'));
  const ofDays = database && ofBoth(database.read, 'DAY', (metrics) => metrics.select('sessions_started'));
  const counted = await (ofDays && database?.read.from(ofDays.as('counted')).sum({ sum: 'sessions_started' }));
  expect(counted).toEqual([{ sum: 1 }]);
});
