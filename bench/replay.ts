import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { databaseFileIn } from '../src/load/overload.js';
import { openDatabase } from '../src/store/database/database.js';
import { DAY } from '../src/time.js';
import { controlPlaneOf } from '../test/support/app.js';
import { insertDeadLetters } from '../test/support/dead-letters.js';
import { createLiveBot } from './live-bot.js';
import type { Bench } from './measures.js';
import type { Figure } from './report.js';

const EACH = 20;
/** As much as the server can: what it really does is measured. */
const PER_SECOND = 100_000;
/** When the server is killed, in the middle of it. */
const KILLED_AFTER = 0.3;

/** Very many dead letters replayed by one mutation, with a server killed in the middle. */
export async function measureReplay(bench: Bench, total: number): Promise<Figure[]> {
  const { parts } = bench;
  const dataDir = await mkdtemp(join(bench.dataDir, 'replay-'));
  const env = { DATA_DIR: dataDir };
  let server = await bench.start(env);
  await createLiveBot(server.url, [`${parts.sinkUrl}/inbox`]);
  await server.stop();
  await using database = openDatabase({ url: databaseFileIn(dataDir) });
  const channel = await database.read('channels').where({ mode: 'ASYNC' }).first('id', 'account_id');
  await insertDeadLetters(database.write, {
    accountId: channel.account_id,
    channelId: channel.id,
    conversations: total / EACH,
    each: EACH,
    createdAt: Date.now() - DAY,
  });
  server = await bench.start(env);
  parts.sink.reset(false);
  const begun = performance.now();
  const { replayDeliveries: job } = await controlPlaneOf(server.url).gql(
    'mutation($id: ID!, $perSecond: Float) { replayDeliveries(filter: { channelId: $id, status: DEAD }, perSecond: $perSecond) { id total } }',
    { id: channel.id, perSecond: PER_SECOND },
  );
  const answered = performance.now();
  const look = async () =>
    (
      await controlPlaneOf(server.url).gql('query($id: ID!) { replayJob(id: $id) { status replayed skipped } }', {
        id: job.id,
      })
    ).replayJob;
  while ((await look()).replayed < KILLED_AFTER * total) await wait(50);
  await server.kill();
  const restarting = performance.now();
  server = await bench.start(env);
  const away = performance.now() - restarting;
  let seen = await look();
  while (seen.status === 'RUNNING') {
    await wait(100);
    seen = await look();
  }
  const open = async (): Promise<number> =>
    Number((await database.read('deliveries').whereNot('status', 'DELIVERED').count('id as left').first())?.left);
  while ((await open()) > 0) await wait(100);
  const took = performance.now() - begun - away;
  const { count: received } = await parts.sink.ask();
  const moved = await database
    .read('lanes')
    .where({ direction: 'OUT', next_seq: 2 * EACH + 1 })
    .count('id as lanes')
    .first();
  await server.stop();
  if (seen.replayed !== total || Number(moved?.lanes) !== total / EACH)
    throw new Error(`${seen.replayed} of ${total} were replayed, in ${Number(moved?.lanes)} lanes once each`);
  const dead = total.toLocaleString('en');
  return [
    { work: `replay of ${dead} dead letters, counted and begun within`, value: answered - begun, unit: 'ms' },
    { work: 'replayed and delivered, with a server killed in the middle', value: (total / took) * 1000, unit: '/s' },
    { work: 'received twice: under way when the server was killed', value: received - total, unit: '' },
  ];
}
