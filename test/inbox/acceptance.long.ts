import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { Engines } from '../../src/engines/open-program.js';
import { databaseFileIn } from '../../src/load/overload.js';
import { createTurnScheduler, type TurnScheduler } from '../../src/load/turn-scheduler.js';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import type { Unit } from '../../src/store/commit/unit.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { conversationId } from '../../src/store/tables/conversations.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { systemClock } from '../../src/time.js';
import { goLive, publish } from '../support/app.js';
import { end, engineOf, type Line, openLine, said, textOf } from '../support/own-bot.js';
import { createGate, createReceiver, type Receiver } from '../support/receiver.js';

let line: Line | undefined;
let receiver: Receiver | undefined;
afterEach(async () => {
  await line?.app.remove();
  await receiver?.close();
  line = undefined;
  receiver = undefined;
});

async function open(reply: Engine['reply'], prepare?: (database: Database) => void, beforeOpening = async () => {}) {
  receiver = await createReceiver();
  let database: Database | undefined;
  const around = (real: Database) => {
    database = real;
    prepare?.(real);
    return real;
  };
  const channel = { mode: 'ASYNC', postUrl: receiver.url };
  const engines = (real: Engines): Engines => {
    const own = engineOf(reply).engines?.(real) ?? real;
    return { ...own, open: (spec) => beforeOpening().then(() => own.open(spec)) };
  };
  // What is prepared is the connection of this thread: the batches must be written by it.
  line = await openLine({ engines, database: around, ...(prepare && { commitThread: false }) }, channel);
  const { channel: made } = line;
  const send = async (text: string, id = 'u') => {
    const answer = await line?.v1({ message: { text }, from: { id } });
    return answer?.status;
  };
  const turns = (): Promise<{ id: string; status: string; input: string }[]> =>
    database?.read('turns').orderBy('created_at').select('id', 'status', 'input') ?? Promise.resolve([]);
  const heard = async (count: number) =>
    ((await receiver?.received(count)) ?? []).map((request) => (request.json() as { text: string }).text);
  return { app: line.app, channel: made, send, turns, heard, database: () => database };
}

/** Says what it was sent; the text "slow" waits for the gate. */
function echoing(gate = createGate()): Engine['reply'] {
  return async function* (turn) {
    if (textOf(turn) === 'slow') await gate.opened;
    yield said(`heard ${textOf(turn)}`);
    yield end(turn);
  };
}

/** A bot on an asynchronous channel, whose messages are stored before they run, and on a synchronous one. */
async function openBoth(scheduler: TurnScheduler) {
  receiver = await createReceiver();
  let database: Database | undefined;
  const around = (real: Database) => {
    database = real;
    return real;
  };
  line = await openLine(
    { ...engineOf(echoing()), turnScheduler: scheduler, database: around },
    { mode: 'ASYNC', postUrl: receiver.url },
  );
  const { app, caller, channel, v1 } = line;
  const [sync] = await goLive(app, channel.botId, [{ appClientId: caller.clientId, name: 'beside' }]);
  if (!sync) throw new Error('no channel');
  await publish(app, channel.botId, [channel.id, sync.id]);
  const message = (text: string) => ({ message: { text }, from: { id: 'u' } });
  return {
    async send(text: string) {
      const { status, headers } = await v1(message(text), { 'idempotency-key': text });
      return status === 200 ? status : `${status}, ${headers.get('retry-after')}`;
    },
    sendSync: async (text: string) => (await app.post(sync.path, message(text), caller.headers())).body,
    turns: async () => database?.read('turns').orderBy('created_at').select('status') ?? [],
    heard: async (count: number) =>
      ((await receiver?.received(count)) ?? []).map((request) => (request.json() as { text: string }).text),
  };
}

describe('an asynchronous message', () => {
  it('is stored along with what its bot said, when it says it at once', async () => {
    const { send, turns, heard, database } = await open(echoing());
    await send('opens the bot');
    await heard(1);
    expect(await send('quick')).toBe(200);
    expect(await turns()).toMatchObject([{ status: 'DONE' }, { status: 'DONE' }]);
    const stored = await database()?.read('deliveries').orderBy('seq').pluck('payload');
    expect(stored).toEqual([expect.anything(), expect.stringContaining('heard quick')]);
    expect(await heard(2)).toEqual(['heard opens the bot', 'heard quick']);
  });

  it('is accepted while its bot thinks, and those behind it are answered after it', async () => {
    const gate = createGate();
    const { send, turns, heard } = await open(echoing(gate));
    expect(await send('slow')).toBe(200);
    expect(await turns()).toMatchObject([{ status: 'QUEUED' }]);
    expect(await send('behind')).toBe(200);
    expect(await send('elsewhere', 'v')).toBe(200);
    expect(await heard(1)).toEqual(['heard elsewhere']);
    gate.open();
    expect(await heard(3)).toEqual(['heard elsewhere', 'heard slow', 'heard behind']);
  });

  it('is accepted while its bot is being opened', async () => {
    const gate = createGate();
    const { send, turns, heard } = await open(echoing(), undefined, () => gate.opened);
    expect(await send('first')).toBe(200);
    expect(await turns()).toMatchObject([{ status: 'QUEUED' }]);
    gate.open();
    expect(await heard(1)).toEqual(['heard first']);
  });

  it('is refused when it cannot be stored while its bot thinks, and nothing of it is left', async () => {
    const gate = createGate();
    let away = false;
    const { send, turns, heard } = await open(echoing(gate), ({ write: { client } }) => {
      const query = client.query.bind(client);
      client.query = (connection: unknown, statement: { sql: string }) =>
        away && statement.sql === 'BEGIN'
          ? Promise.reject(Object.assign(new Error('no answer'), { code: 'SQLITE_BUSY' }))
          : query(connection, statement);
    });
    away = true;
    expect(await send('slow')).toBe(503);
    away = false;
    gate.open();
    expect(await send('quick')).toBe(200);
    expect(await heard(1)).toEqual(['heard quick']);
    expect(await turns()).toMatchObject([{ status: 'DONE', input: expect.stringContaining('quick') }]);
  });

  it('is acknowledged once it is stored, and answered when it is its turn; a synchronous one waits for neither', async () => {
    const gate = createGate();
    let accepting = 0;
    const scheduler: TurnScheduler = {
      accepting(acceptance) {
        accepting += 1;
        return acceptance;
      },
      ready: () => gate.opened,
      isBehind: () => false,
    };
    const { send, sendSync, turns, heard } = await openBoth(scheduler);
    expect(await send('waits')).toBe(200);
    expect(await sendSync('at once')).toEqual({ text: 'heard at once' });
    expect(await turns()).toMatchObject([{ status: 'QUEUED' }, { status: 'DONE' }]);
    expect(accepting).toBe(1);
    gate.open();
    expect(await heard(1)).toEqual(['heard waits']);
  });

  it('is told to come again while the server is behind with what it has accepted; a synchronous one is answered', async () => {
    let behind = false;
    const { send, sendSync } = await openBoth({ ...createTurnScheduler(systemClock), isBehind: () => behind });
    expect(await send('first')).toBe(200);
    behind = true;
    expect(await send('second')).toBe('503, 1');
    expect(await sendSync('hello')).toEqual({ text: 'heard hello' });
  });

  it('is answered after what an earlier process left unanswered', async () => {
    const { app, channel, send, turns, heard } = await open(echoing());
    await send('first');
    const [first] = await turns();
    if (!first) throw new Error('no turn');
    await app.stop();

    const left = Array.from({ length: 1_000 }, (_, n): Unit => {
      const userId = `left ${n}`;
      const id = conversationId(channel.id, userId, '');
      const input = first.input.replaceAll('first', `unanswered ${n}`).replaceAll('"u"', `"${userId}"`);
      return {
        conversation: { id, accountId: 'ac', channelId: channel.id, userId, groupId: '', at: 1 },
        turn: {
          id: `tn-left-${n}`,
          conversationId: id,
          channelId: channel.id,
          traceId: 'RTM-TRACE-00000000-0000-4000-8000-000000000000',
          status: 'QUEUED',
          input,
          replies: null,
          outcome: null,
          resume: null,
          error: null,
          trace: null,
          createdAt: Date.now(),
          finishedAt: null,
        },
      };
    });
    await using stored = openDatabase({ url: databaseFileIn(app.dataDir) });
    const write = batchWriter(stored.write, 'sqlite', laneStore('sqlite', 'an earlier process'));
    const now = Date.now();
    await write(left, { now, leaseEnd: now + 60_000, keysForgottenBefore: 0 });

    await app.restart();
    expect(await send('new', 'left 999')).toBe(200);
    const said = await heard(1 + left.length + 1);
    expect(said.indexOf('heard unanswered 999')).toBeGreaterThan(0);
    expect(said.indexOf('heard new')).toBeGreaterThan(said.indexOf('heard unanswered 999'));
  });
});
