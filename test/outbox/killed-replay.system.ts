import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startChildServer } from '../../bench/child-server.js';
import { createLiveBot, serverEnv } from '../../bench/live-bot.js';
import { databaseFileIn } from '../../src/load/overload.js';
import { openDatabase } from '../../src/store/database/database.js';
import { HOUR } from '../../src/time.js';
import { controlPlaneOf } from '../support/app.js';
import { conversationOf, deliveryIn, insertDeadLetters } from '../support/dead-letters.js';
import { eventually } from '../support/eventually.js';
import { createReceiver } from '../support/receiver.js';

const CONVERSATIONS = 50;
const EACH = 20;
const TOTAL = CONVERSATIONS * EACH;

/** How far the replay is when its server is killed. */
const KILLS = [100, 300, 600];

it('replays every dead letter exactly once more, in order, though its server is killed again and again', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-replay-'));
  const receiver = await createReceiver();
  const start = () => startChildServer({ env: serverEnv(folder) });
  let server = await start();
  try {
    await createLiveBot(server.url, [receiver.url]);
    await server.stop();
    await using database = openDatabase({ url: databaseFileIn(folder) });
    const channel = await database.read('channels').where({ mode: 'ASYNC' }).first('id', 'account_id');
    await insertDeadLetters(database.write, {
      accountId: channel.account_id,
      channelId: channel.id,
      conversations: CONVERSATIONS,
      each: EACH,
      createdAt: Date.now() - HOUR,
    });
    server = await start();
    const { replayDeliveries: job } = await controlPlaneOf(server.url).gql(
      'mutation($id: ID!) { replayDeliveries(filter: { channelId: $id, status: DEAD }, perSecond: 500) { id total } }',
      { id: channel.id },
    );
    expect(job.total).toBe(TOTAL);
    const look = async () =>
      (
        await controlPlaneOf(server.url).gql(
          'query($id: ID!) { replayJob(id: $id) { status total replayed skipped } }',
          { id: job.id },
        )
      ).replayJob;
    const killed: number[] = [];
    for (const from of KILLS) {
      const seen = await eventually(look, ({ replayed, status }) => replayed >= from || status !== 'RUNNING');
      killed.push(seen.replayed);
      await server.kill();
      server = await start();
    }
    expect(killed.some((replayed) => replayed > 0 && replayed < TOTAL)).toBe(true);
    const end = await eventually(look, ({ status }) => status !== 'RUNNING');
    expect(end).toEqual({ status: 'DONE', total: TOTAL, replayed: TOTAL, skipped: 0 });

    const firstReceipts = () => [...new Set(receiver.requests.map(({ headers }) => String(headers['webhook-id'])))];
    for (let wanted = TOTAL; firstReceipts().length < TOTAL; wanted += 1) await receiver.received(wanted);
    const received = firstReceipts();
    for (let n = 0; n < CONVERSATIONS; n += 1) {
      const own = received.filter((id) => id.startsWith(`ms-u${n}-`));
      expect(own).toEqual(Array.from({ length: EACH }, (_, at) => deliveryIn('u', n, at + 1)));
    }
    // Each took one new number in its lane: none went out twice but for what was under way when the server was killed.
    const lanes = await database
      .read('lanes')
      .where('direction', 'OUT')
      .whereNot('next_seq', 2 * EACH + 1);
    expect(
      lanes.filter(({ conversation_id }) => conversation_id.startsWith(conversationOf('u', 0).slice(0, 4))),
    ).toEqual([]);
    expect(await database.read('replay_items').count('* as left').first()).toMatchObject({ left: 0 });
  } finally {
    await server.kill();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  }
});
