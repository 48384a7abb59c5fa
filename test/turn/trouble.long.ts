import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { Engines } from '../../src/engines/open-program.js';
import type { Database } from '../../src/store/database/database.js';
import { end, engineOf, type Line, openLine, said } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

/** Counts the user's messages in the session: one that is lost or begun anew shows in the number. */
const counting: Engine['reply'] = async function* (turn) {
  const { engine } = turn.session;
  engine.count = Number(engine.count ?? 0) + 1;
  yield said(`number ${engine.count}`);
  yield end(turn);
};

/** A message that was stored when it failed is tried again, and counts as well. */
const LATER = expect.stringMatching(/^number [23]$/);

let line: Line | undefined;
let receiver: Receiver | undefined;
afterEach(async () => {
  await line?.app.remove();
  await receiver?.close();
  line = undefined;
  receiver = undefined;
});

/** A bot whose server fails to read what `reads` names, as often as `times` says. */
async function open(channel: Record<string, unknown> = {}) {
  const failing = { reads: '', times: 0 };
  let bot: 'sound' | 'broken' = 'sound';
  let database: Database | undefined;
  const around = (real: Database) => {
    database = real;
    const { client } = real.read;
    const query = client.query.bind(client);
    client.query = (connection: unknown, statement: { sql: string }) => {
      if (failing.times === 0 || !statement.sql.includes(failing.reads)) return query(connection, statement);
      failing.times -= 1;
      return Promise.reject(Object.assign(new Error('no answer'), { code: 'SQLITE_BUSY' }));
    };
    return real;
  };
  const engines = (real: Engines): Engines => {
    const counted = engineOf(counting).engines?.(real) ?? real;
    const refuse = () => Promise.reject(new Error('the definition is broken'));
    return { ...counted, open: (spec) => (bot === 'sound' ? counted.open(spec) : refuse()) };
  };
  line = await openLine({ engines, database: around }, channel);
  const { app, v2 } = line;
  return {
    app,
    async say(text = 'hello') {
      const { status, body } = await v2({ type: 'text', val: text });
      return status === 200
        ? { said: body.data?.map(({ val }: { val: string }) => val) as string[], sessionId: body.sessionId }
        : { status, reason: body.errors[0].reason };
    },
    async restart(next: 'sound' | 'broken' = 'sound') {
      bot = next;
      await app.restart();
    },
    fail: (reads: string, times: number) => Object.assign(failing, { reads, times }),
    stored: () => database as Database,
  };
}

describe('trouble of this server', () => {
  it.each([
    ['the bot', 'from `bot_versions`', 'BOT_NOT_READ'],
    ['the session', 'join sessions', 'DATABASE_AWAY'],
  ])(
    'that keeps %s from being read is told to the caller, and the conversation goes on where it was',
    async (_, reads, reason) => {
      const { say, restart, fail } = await open();
      const first = await say();
      expect(first).toMatchObject({ said: ['number 1'] });
      await restart();
      fail(reads, 1);
      expect(await say()).toEqual({ status: 503, reason });
      expect(await say()).toEqual({ said: [LATER], sessionId: first.sessionId });
    },
  );

  it('that lacks the key of a variable is told to the caller, and the conversation goes on where it was', async () => {
    const { app, say, restart, stored } = await open();
    await app.gql(
      'mutation($botId: ID!) { setBotVariable(botId: $botId, key: "TOKEN", value: "x", secured: true) { key } }',
      { botId: line?.channel.botId },
    );
    const first = await say();
    const ciphers = await stored().read('bot_variables').pluck('value_cipher');
    await stored().write('bot_variables').update({ value_cipher: 'v1.lost.AAAA' });
    await restart();
    expect(await say()).toEqual({ status: 503, reason: 'BOT_NOT_READ' });
    await stored().write('bot_variables').update({ value_cipher: ciphers[0] });
    expect(await say()).toEqual({ said: [LATER], sessionId: first.sessionId });
  });

  it.each([
    ['the bot', 'bot_versions'],
    ['the session', 'sessions'],
  ])('that keeps %s from being read leaves an accepted message to be answered later', async (_, from) => {
    receiver = await createReceiver();
    const { say, restart, fail, stored } = await open({ mode: 'ASYNC', postUrl: receiver.url });
    await say();
    await restart();
    fail(`from \`${from}\``, 2);
    const answer = await line?.v2({ type: 'text', val: 'hi' }, {}, { 'idempotency-key': 'k' });
    expect(answer?.status).toBe(200);
    const heard = (await receiver.received(2)).map((request) => JSON.stringify(request.json()));
    expect(heard).toEqual([expect.stringContaining('number 1'), expect.stringContaining('number 2')]);
    expect(await stored().read('turns').pluck('error')).toEqual([null, null]);
  });
});

describe('a bot that is broken', () => {
  it('says its failure response, and leaves the session as it was', async () => {
    const { say, restart } = await open();
    const first = await say();
    await restart('broken');
    expect(await say()).toEqual({ said: [expect.stringMatching(/something went wrong/)], sessionId: first.sessionId });
    await restart();
    expect(await say()).toEqual({ said: ['number 2'], sessionId: first.sessionId });
  });

  it('begins no session', async () => {
    const { say, restart, stored } = await open();
    await restart('broken');
    expect(await say()).toEqual({ said: [expect.stringMatching(/something went wrong/)], sessionId: undefined });
    expect(await stored().read('sessions').pluck('id')).toEqual([]);
  });
});
