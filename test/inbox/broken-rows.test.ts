import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { databaseFileIn } from '../../src/load/overload.js';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { openDatabase } from '../../src/store/database/database.js';
import { conversationId } from '../../src/store/tables/conversations.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { echo, engineOf, type Line, openLine } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

let line: Line | undefined;
let receiver: Receiver | undefined;
afterEach(async () => {
  await line?.app.remove();
  await receiver?.close();
});

it.each<[string, Record<string, string>]>([
  ['message is no JSON', { input: '{"message":"a secret' }],
  ['message lacks what every message has', { input: 'null' }],
  ['pause is no JSON', { status: 'PAUSED', resume: '{' }],
  ['replies are no JSON', { status: 'PAUSED', resume: '1', replies: '[' }],
])('a stored turn whose %s ends as failed, and those behind it are answered', async (_, broken) => {
  receiver = await createReceiver();
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (text: string) => void lines.push(text) });
  line = await openLine({ ...engineOf(echo), log }, { mode: 'ASYNC', postUrl: receiver.url });
  const { app, channel, v1 } = line;
  const id = conversationId(channel.id, 'u', '');
  await v1({ message: { text: 'first' }, from: { id: 'u' } });
  await receiver.received(1);
  await app.stop();

  await using stored = openDatabase({ url: databaseFileIn(app.dataDir) });
  const [first] = await stored.read('turns').select('*');
  const write = batchWriter(stored.write, 'sqlite', laneStore('sqlite', 'an earlier process'));
  const now = Date.now();
  const turnOf = (name: string) => ({
    id: `tn-${name}`,
    conversationId: id,
    channelId: channel.id,
    traceId: first.trace_id,
    status: 'QUEUED' as const,
    input: first.input.replaceAll('first', name),
    replies: null,
    outcome: null,
    resume: null,
    error: null,
    trace: null,
    createdAt: now,
    finishedAt: null,
  });
  await write([{ turn: { ...turnOf('broken'), ...broken } }, { turn: turnOf('second') }], {
    now,
    leaseEnd: now + 60_000,
    keysForgottenBefore: 0,
  });
  lines.length = 0;

  await app.restart();
  const heard = (await receiver.received(2)).map((request) => (request.json() as { text: string }).text);
  expect(heard).toEqual(['first', 'second']);
  expect(await stored.read('turns').where('id', 'tn-broken').select('status', 'error')).toEqual([
    { status: 'DONE', error: expect.stringContaining('The stored message cannot be read') },
  ]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('The stored message cannot be read');
  expect(lines[0]).not.toContain('a secret');
});
