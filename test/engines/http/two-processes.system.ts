import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createBot, createCaller, goLive, startTestApp, type TestApp, type TestAppOptions } from '../../support/app.js';
import { createMigratedDatabase } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { type Line, lineOf, text } from '../../support/own-bot.js';
import { answer, createGate, createReceiver, hold, type Received, type Receiver } from '../../support/receiver.js';

const postgres = inject('postgres');
const skipped = 'skipped' in postgres ? ` (skipped: ${postgres.skipped})` : '';

describe.skipIf('skipped' in postgres)(`a later answer, two processes on one database${skipped}`, () => {
  let apps: TestApp[];
  let bot: Receiver;
  let inbox: Receiver;
  let drop: () => Promise<void>;
  let here: Line;
  let there: TestApp;

  async function start(channel: Record<string, unknown> = {}, options: TestAppOptions = {}): Promise<void> {
    const scratch = await createMigratedDatabase();
    drop = scratch.drop;
    const env = { DATABASE_URL: scratch.url, KEY_RING: `k1:${randomBytes(32).toString('base64')}`, DRAIN_SECONDS: '0' };
    const first = await startTestApp({ env, ...options });
    there = await startTestApp({ env, ...options });
    apps = [first, there];
    const caller = await createCaller(first);
    const botId = await createBot(first, { engine: 'HTTP', engineSettings: { url: bot.url } });
    const [made] = await goLive(first, botId, [{ appClientId: caller.clientId, enablePolling: false, ...channel }]);
    if (!made) throw new Error('no channel');
    here = lineOf(first, caller, made);
  }
  beforeEach(async () => {
    bot = await createReceiver(answer(202));
    inbox = await createReceiver();
  });
  afterEach(async () => {
    for (const app of apps) await app.remove();
    await drop();
    await bot.close();
    await inbox.close();
  });

  const bodyOf = <T>(request: Received | undefined): T => {
    if (!request) throw new Error('nothing came');
    return request.json() as T; // each caller knows what was sent
  };
  const callbackPath = async (): Promise<string> => {
    const { callbackUrl } = bodyOf<{ callbackUrl: string }>((await bot.received(1))[0]);
    return new URL(callbackUrl).pathname;
  };

  it('reaches the turn by the process that does not run it, once', async () => {
    await start();
    const answered = here.v2(text('hi'));
    const path = await callbackPath();
    expect((await there.post(path, { messages: 5 })).status).toBe(400);
    expect(await there.post(path, { messages: ['from afar'] })).toMatchObject({ status: 200, body: {} });
    for (const app of apps) expect((await app.post(path, { messages: ['again'] })).status).toBe(404);
    expect((await answered).body.data).toMatchObject([{ val: 'from afar' }]);
  });

  it('may be there before the 202 is', async () => {
    await start();
    const gate = createGate();
    bot.script(hold(gate.opened, answer(202)));
    const answered = here.v2(text('hi'));
    const early = there.post(await callbackPath(), { messages: ['early'] });
    gate.open();
    expect((await early).status).toBe(200);
    expect((await answered).body.data).toMatchObject([{ val: 'early' }]);
  });

  it('reaches the turn of a process that is gone', async () => {
    await start({ mode: 'ASYNC', postUrl: inbox.url, accessToken: 't' }, { leaseMs: 2_000 });
    expect((await here.v2(text('hi'))).status).toBe(200);
    const path = await callbackPath();
    await here.app.stop();
    // The 202 may not have been stored: then the bot is asked once more, at the same address.
    const sent = () => there.post(path, { messages: ['after all'] });
    expect((await eventually(sent, ({ status }) => status !== 503)).status).toBe(200);
    const [callback] = await inbox.received(1);
    expect(bodyOf<{ data: unknown[] }>(callback).data).toMatchObject([{ val: 'after all' }]);
  });
});
