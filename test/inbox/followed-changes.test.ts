import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { ecKey } from '../support/caller-keys.js';
import { createTestClock } from '../support/clock.js';
import { createMigratedDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { echo, engineOf, lineOf, text } from '../support/own-bot.js';

const postgres = inject('postgres');
const skipped = 'skipped' in postgres ? ` (skipped: ${postgres.skipped})` : '';

describe.skipIf('skipped' in postgres)(`what one process changes, in another${skipped}`, () => {
  /** Clock of the other process, whose loops run only when it is moved. */
  const clock = createTestClock(Date.now());
  const apps: TestApp[] = [];
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const scratch = await createMigratedDatabase();
    drop = scratch.drop;
    const env = { DATABASE_URL: scratch.url, KEY_RING: `k1:${randomBytes(32).toString('base64')}` };
    apps.push(await startTestApp({ ...engineOf(echo), env }), await startTestApp({ ...engineOf(echo), env, clock }));
  });
  afterAll(async () => {
    for (const app of apps) await app.remove();
    await drop();
  });

  it('acts within a second: a new channel answers there, a disabled one refuses', async () => {
    const [here, other] = apps;
    if (!here || !other) throw new Error('two processes run');
    const caller = await createCaller(here);
    const [channel] = await goLive(here, await createBot(here), [{ appClientId: caller.clientId }]);
    if (!channel) throw new Error('no channel');
    const there = lineOf(other, caller, channel);
    const status = async () => (await there.v2(text('hello'))).status;

    expect(await status()).toBe(401); // it has not looked, and does not know the app
    clock.advance(1_000);
    await eventually(status, (now) => now === 200); // it has begun to look
    await here.gql(
      'mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { channel { id } } }',
      { input: { id: channel.id, enabled: false } },
    );
    clock.advance(1_000);
    await eventually(status, (now) => now === 403);
  });

  it('acts within a second: the keys of an app are replaced there, too', async () => {
    const [here, other] = apps;
    if (!here || !other) throw new Error('two processes run');
    const [former, next] = [ecKey(), ecKey()];
    const caller = await createCaller(here, { algorithm: 'ES256', publicKeys: [former.pem] }, former.privateKey);
    const [channel] = await goLive(here, await createBot(here), [{ appClientId: caller.clientId }]);
    if (!channel) throw new Error('no channel');
    const there = lineOf(other, caller, channel);
    const status = async () => (await there.v2(text('hello'))).status;
    clock.advance(1_000);
    await eventually(status, (now) => now === 200);
    await here.gql(
      'mutation($id: ID!, $keys: [String!]) { setAppKeys(clientId: $id, publicKeys: $keys) { clientId } }',
      {
        id: caller.clientId,
        keys: [next.pem],
      },
    );
    expect((await lineOf(here, caller, channel).v2(text('hello'))).status).toBe(401); // here at once
    clock.advance(1_000);
    await eventually(status, (now) => now === 401);
  });
});
