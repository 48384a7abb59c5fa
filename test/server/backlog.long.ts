import { expect, it, onTestFinished } from 'vitest';
import { databaseFileIn } from '../../src/load/overload.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { createTestClock } from '../support/clock.js';
import { deliveryOf, startProcess } from '../support/dispatching.js';
import { eventually } from '../support/eventually.js';
import { echo, engineOf, openLine } from '../support/own-bot.js';
import { createReceiver } from '../support/receiver.js';

const LANES = 600;

it('what a killed process left is taken up at a start hundreds at a time, and nothing waits for the next look', async () => {
  const receiver = await createReceiver();
  onTestFinished(() => receiver.close());
  let claims = 0;
  const database = (real: Database) => {
    real.write.on('query', ({ sql, bindings }: { sql: string; bindings: unknown[] }) => {
      if (sql.startsWith('update lanes set epoch') && bindings.includes('OUT')) claims += 1;
    });
    return real;
  };
  const clock = createTestClock(Date.now());
  const { app, channel } = await openLine(
    { ...engineOf(echo), database, clock },
    { mode: 'ASYNC', postUrl: `${receiver.url}/` },
  );
  onTestFinished(() => app.remove());
  {
    await using left = openDatabase({ url: databaseFileIn(app.dataDir), readers: 1 });
    const [accountId = ''] = await left.read('accounts').pluck<string[]>('id');
    const killed = startProcess(left, 'killed', clock, () => ({ status: 200 }));
    const deliveries = Array.from({ length: LANES }, (_, at) => ({
      ...deliveryOf(`dl-${at}`, `cv-${at}`, clock.now()),
      accountId,
      channelId: channel.id,
    }));
    await Promise.all(deliveries.map((delivery) => killed.queue.commit({ deliveries: [delivery] })));
  }
  expect(receiver.requests).toHaveLength(0);
  await app.restart();
  await eventually(() => receiver.requests.length === LANES); // the clock stands still
  expect(claims).toBeGreaterThan(0);
  expect(claims).toBeLessThanOrEqual(6);
});
