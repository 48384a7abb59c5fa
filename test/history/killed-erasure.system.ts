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
import { conversationOf, insertDeadLetters } from '../support/dead-letters.js';
import { eventually } from '../support/eventually.js';
import { filesWith } from '../support/traces.js';

/** Enough for many steps of an erasure, so that it is killed between two of them. */
const DELIVERIES = 6_000;
const TURNS = 1_000;

it('erases all of a user, though its server is killed in the middle', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-erasure-'));
  const start = () => startChildServer({ env: serverEnv(folder) });
  let server = await start();
  try {
    await createLiveBot(server.url, ['http://127.0.0.1:9/']);
    await server.stop();
    const createdAt = Date.now() - HOUR;
    {
      await using database = openDatabase({ url: databaseFileIn(folder) });
      const channel = await database.read('channels').where({ mode: 'ASYNC' }).first('id', 'account_id');
      const letters = { accountId: channel.account_id, channelId: channel.id, conversations: 1, createdAt };
      await insertDeadLetters(database.write, { ...letters, each: DELIVERIES, prefix: 'gone' });
      const conversationId = conversationOf('gone', 0);
      await database.write('conversations').where('id', conversationId).update('user_id', 'needle-user');
      await database
        .write('deliveries')
        .where('conversation_id', conversationId)
        .update('payload', '{"to":"needle-user"}');
      await insertDeadLetters(database.write, { ...letters, each: 3, prefix: 'kept' });
      const turns = Array.from({ length: TURNS }, (_, n) => ({
        ...{ id: `tn-${n}`, conversation_id: conversationId, channel_id: channel.id, seq: n + 1 },
        ...{ trace_id: 't', status: 'DONE', input: `{"text":"needle ${n}"}`, created_at: createdAt + n },
      }));
      await database.write.batchInsert('turns', turns, 500);
    }
    server = await start();
    const { eraseUser: job } = await controlPlaneOf(server.url).gql(
      'mutation { eraseUser(user: "needle-user", reason: "asked for") { id } }',
    );
    const look = async () =>
      (
        await controlPlaneOf(server.url).gql(
          'query($id: ID!) { erasureJob(id: $id) { status turns deliveries conversations } }',
          { id: job.id },
        )
      ).erasureJob;
    const seen = await eventually(look, ({ deliveries, status }) => deliveries > 0 || status !== 'RUNNING');
    await server.kill();
    expect(seen).toMatchObject({ status: 'RUNNING', turns: 0, conversations: 0 });
    expect(seen.deliveries).toBeLessThan(DELIVERIES);
    expect(await filesWith(folder, 'needle')).not.toEqual([]);

    server = await start();
    const end = await eventually(look, ({ status }) => status !== 'RUNNING');
    expect(end).toEqual({ status: 'DONE', turns: TURNS, deliveries: DELIVERIES, conversations: 1 });
    expect(await filesWith(folder, 'needle')).toEqual([]);
    await server.stop();
    await using database = openDatabase({ url: databaseFileIn(folder) });
    expect(await database.read('deliveries').count('* as n').first()).toEqual({ n: 3 });
    expect(await database.read('conversations').pluck('user_id')).toEqual(['kept0']);
    const audit = await database.read('audit_entries').where({ subject: job.id, action: 'end-user.erase' });
    expect(audit).toHaveLength(2); // its start and its end, once each
  } finally {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  }
});
