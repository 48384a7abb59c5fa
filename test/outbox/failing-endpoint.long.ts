import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createBot, createCaller, goLive, startTestApp, type TestApp, type TestAppOptions } from '../support/app.js';
import { echo, engineOf, type Line, lineOf } from '../support/own-bot.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';
import { createScratchDatabase } from '../support/scratch-database.js';

const FIELDS = 'state since lastSuccessAt lastFailureAt lastError blockedUntil pending oldestPendingAt dead';
/** A loaded machine may take its time. */
const busy = answer(503, '', { 'retry-after': '3600' });

let receiver: Receiver;
let apps: TestApp[] = [];
let drop: (() => Promise<void>) | null = null;
afterEach(async () => {
  for (const app of apps) await app.remove();
  apps = [];
  await receiver.close();
  await drop?.();
  drop = null;
});

async function start(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await startTestApp({ ...engineOf(echo), ...options });
  apps.push(app);
  return app;
}

async function open(app: TestApp): Promise<Line> {
  receiver = await createReceiver();
  const caller = await createCaller(app);
  const [made] = await goLive(app, await createBot(app), [
    { appClientId: caller.clientId, mode: 'ASYNC', postUrl: `${receiver.url}/inbox` },
  ]);
  if (!made) throw new Error('no channel');
  return lineOf(app, caller, made);
}

const say = (line: Line, text: string) => line.v1({ message: { text }, from: { id: 'u' } });
const endpointOf = async ({ app, channel }: Line) => {
  const { channel: found } = await app.gql(`query($id: ID!) { channel(id: $id) { endpoint { ${FIELDS} } } }`, {
    id: channel.id,
  });
  return found.endpoint;
};
const tryNow = ({ app, channel }: Line) =>
  app.gql('mutation($id: ID!) { tryEndpointNow(channelId: $id) { id } }', { id: channel.id });

describe('an endpoint that answers 503', () => {
  it('is seen as blocked with what waits for it, is tried when asked, and is seen as healthy after', async () => {
    const line = await open(await start());
    expect(await endpointOf(line)).toMatchObject({ state: 'UNKNOWN', pending: 0, dead: 0 });
    receiver.script(busy);
    await say(line, 'first');
    await say(line, 'second');
    await receiver.received(1);
    await expect.poll(async () => (await endpointOf(line)).state).toBe('BLOCKED');
    const blocked = await endpointOf(line);
    expect(blocked).toMatchObject({ lastSuccessAt: null, pending: 2, dead: 0 });
    expect(blocked.lastError).toContain('503');
    expect(Date.parse(blocked.blockedUntil) - Date.parse(blocked.since)).toBeGreaterThan(3_000_000);
    expect(Date.parse(blocked.oldestPendingAt)).toBeLessThanOrEqual(Date.now());
    await tryNow(line);
    await receiver.received(3);
    await expect.poll(async () => (await endpointOf(line)).state).toBe('HEALTHY');
    await expect.poll(async () => (await endpointOf(line)).pending).toBe(0);
  });

  it('is remembered over a restart', async () => {
    const line = await open(await start());
    receiver.script(busy);
    await say(line, 'first');
    await receiver.received(1);
    await expect.poll(async () => (await endpointOf(line)).state).toBe('BLOCKED');
    const { since } = await endpointOf(line);
    await line.app.restart();
    expect(await endpointOf(line)).toMatchObject({ since, pending: 1 });
    await tryNow(line);
    await receiver.received(2);
    await expect.poll(async () => (await endpointOf(line)).state).toBe('HEALTHY');
  });

  it('is tried at once when its channel is resumed, whatever it asked for', async () => {
    const line = await open(await start());
    receiver.script(busy);
    await say(line, 'first');
    await receiver.received(1);
    await expect.poll(async () => (await endpointOf(line)).state).toBe('BLOCKED');
    const { id } = line.channel;
    await line.app.gql('mutation($id: ID!) { suspendWebhookChannel(id: $id, reason: "check") { id } }', { id });
    await line.app.gql('mutation($id: ID!) { resumeWebhookChannel(id: $id) { id } }', { id });
    await receiver.received(2);
    await expect.poll(async () => (await endpointOf(line)).state).toBe('HEALTHY');
  });

  it('is tried at once when a dead letter is replayed, which goes out behind what waits', async () => {
    const line = await open(await start());
    receiver.script(answer(410), busy);
    await say(line, 'first');
    await say(line, 'second');
    await receiver.received(2);
    await expect.poll(async () => (await endpointOf(line)).state).toBe('BLOCKED');
    const dead = await line.app.gql('{ deliveries(filter: { status: DEAD }, first: 1) { edges { node { id } } } }');
    const { id } = dead.deliveries.edges[0].node;
    await line.app.gql('mutation($id: ID!) { replayDelivery(id: $id) { id } }', { id });
    const texts = (await receiver.received(4)).map((request) => (request.json() as { text: string }).text);
    expect(texts).toEqual(['first', 'second', 'second', 'first']);
  });

  const postgres = inject('postgres');
  it.skipIf('skipped' in postgres)('is tried by the process that has its messages, whichever is asked', async () => {
    const scratch = await createScratchDatabase('url' in postgres ? postgres.url : '');
    drop = scratch.drop;
    const env = { DATABASE_URL: scratch.url, KEY_RING: `k1:${randomBytes(32).toString('base64')}` };
    const line = await open(await start({ env }));
    const asked = await start({ env: { ...env, ROLES: 'api' } });
    receiver.script(busy);
    await say(line, 'first');
    await receiver.received(1);
    await expect.poll(async () => (await endpointOf({ ...line, app: asked })).state).toBe('BLOCKED');
    const at = Date.now();
    await tryNow({ ...line, app: asked });
    await receiver.received(2);
    expect(Date.now() - at).toBeLessThan(2_000);
  });
});

describe('the metrics by channel', () => {
  const metricsOf = async ({ metricsUrl }: TestApp) => (await fetch(`${metricsUrl}/metrics`)).text();

  it('are left out unless they are asked for', async () => {
    const line = await open(await start());
    await say(line, 'first');
    await receiver.received(1);
    expect(await metricsOf(line.app)).not.toContain('hookswitch_channel_');
  });

  it('tell of the first channels by their ids, and of the others together', async () => {
    const app = await start({ env: { METRICS_BY_CHANNEL: '1' } });
    const line = await open(app);
    await say(line, 'first');
    await receiver.received(1);
    const delivered = `hookswitch_channel_deliveries_total{channel="${line.channel.id}",outcome="DELIVERED"} 1`;
    await expect.poll(() => metricsOf(app)).toContain(delivered);
    await expect
      .poll(() => metricsOf(app))
      .toContain(`hookswitch_channel_endpoint_state{channel="${line.channel.id}",state="HEALTHY"} 1`);

    const failing = await createReceiver();
    failing.script(busy);
    const [other] = await goLive(app, await createBot(app), [
      { appClientId: line.caller.clientId, mode: 'ASYNC', postUrl: failing.url },
    ]);
    if (!other) throw new Error('no channel');
    await say(lineOf(app, line.caller, other), 'second');
    await failing.received(1);
    const text = await metricsOf(app);
    expect(text).toContain(`hookswitch_channel_deliveries_pending{channel="${line.channel.id}"} 0`);
    expect(text).toContain('hookswitch_channel_deliveries_pending{channel="other"} 1');
    expect(text).toMatch(/hookswitch_channel_oldest_pending_seconds\{channel="other"\} 0\.\d+/);
    expect(text).not.toContain(other.id);
    await failing.close();
  });
});
