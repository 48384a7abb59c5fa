import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  type Caller,
  createBot,
  createCaller,
  goLive,
  type LiveChannel,
  startTestApp,
  type TestApp,
} from '../support/app.js';
import { createTestClock } from '../support/clock.js';
import { createMigratedDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';
import type { ScratchDatabase } from '../support/scratch-database.js';

const DAY = 86_400_000;
/** Noon, so that nothing of a test falls into another day. */
const NOON = Date.UTC(2026, 5, 1, 12);

const METRICS = `query($botId: ID!, $channelIds: [ID!], $from: DateTime!, $to: DateTime!, $interval: MetricInterval!) {
  channelMetrics(botId: $botId, channelIds: $channelIds, from: $from, to: $to, interval: $interval) {
    channel { id } refusals { reason fault count }
    total { ...point } series { from ...point } } }
  fragment point on ChannelMetricPoint { messagesIn messagesOut sessionsStarted users refused failed
    deliveriesSucceeded deliveriesDead responseTimeP50Ms responseTimeP95Ms }`;

const postgres = inject('postgres');

const databases = [
  { name: 'SQLite', isPostgres: false },
  ...('url' in postgres ? [{ name: 'PostgreSQL', isPostgres: true }] : []),
];
it.skipIf('url' in postgres)(`channel metrics on PostgreSQL (skipped: ${'skipped' in postgres && postgres.skipped})`);

describe.each(databases)('channel metrics on $name', ({ isPostgres }) => {
  let app: TestApp;
  let caller: Caller;
  let receiver: Receiver;
  let scratch: ScratchDatabase | null;
  let sync: LiveChannel;
  let async: LiveChannel;
  const clock = createTestClock(NOON);

  const say = (channel: LiveChannel, user: string, headers = caller.headers()) =>
    app.post(channel.path, { message: { text: 'x' }, from: { id: user } }, headers);
  const metrics = async (variables: Record<string, unknown>) =>
    (
      await app.gql(METRICS, {
        botId: sync.botId,
        from: new Date(NOON - DAY / 2),
        to: new Date(NOON + DAY * 1.5),
        interval: 'DAY',
        ...variables,
      })
    ).channelMetrics;

  beforeAll(async () => {
    receiver = await createReceiver(answer(200));
    scratch = isPostgres ? await createMigratedDatabase() : null;
    const key = `k1:${randomBytes(32).toString('base64')}`;
    app = await startTestApp({ clock, env: scratch ? { DATABASE_URL: scratch.url, KEY_RING: key } : {} });
    caller = await createCaller(app);
    const botId = await createBot(app);
    const live = await goLive(app, botId, [
      { appClientId: caller.clientId },
      { appClientId: caller.clientId, mode: 'ASYNC', postUrl: receiver.url },
    ]);
    [sync, async] = live as [LiveChannel, LiveChannel];
    for (const user of ['a', 'a', 'b']) await say(sync, user);
    await say(sync, 'a', { authorization: 'bearer x.y.z' });
    for (const user of ['a', 'c']) await say(async, user);
    // A POST under way would run into its limit with the day: let the outcomes be stored first.
    const totalOf = async ({ id }: LiveChannel) => (await metrics({ channelIds: [id] }))[0].total;
    await eventually(
      () => totalOf(async),
      ({ deliveriesSucceeded }) => deliveriesSucceeded >= 2,
    );
    clock.advance(DAY);
    await say(sync, 'a');
    // Refusals are written once a second of the clock.
    await eventually(
      () => totalOf(sync),
      ({ refused }) => refused >= 1 || clock.advance(1_000),
    );
  });
  afterAll(async () => {
    await app.remove();
    await scratch?.drop();
    await receiver.close();
  });

  it('count what happened on each channel, and users once', async () => {
    const [one, two] = await metrics({});
    expect(one).toMatchObject({
      channel: { id: sync.id },
      total: {
        messagesIn: 4,
        messagesOut: 4,
        sessionsStarted: 3,
        users: 2,
        refused: 1,
        failed: 0,
        deliveriesSucceeded: 0,
      },
      refusals: [{ reason: 'UNAUTHENTICATED', fault: 'MALFORMED', count: 1 }],
    });
    expect(two).toMatchObject({
      channel: { id: async.id },
      total: {
        messagesIn: 2,
        messagesOut: 2,
        sessionsStarted: 2,
        users: 2,
        refused: 0,
        deliveriesSucceeded: 2,
        deliveriesDead: 0,
      },
    });
  });

  it('are filtered by channel, and sum up to the totals', async () => {
    const [only, ...others] = await metrics({ channelIds: [sync.id] });
    expect(others).toEqual([]);
    for (const interval of ['DAY', 'HOUR', 'MINUTE']) {
      const range = interval === 'MINUTE' ? { from: new Date(NOON - 60_000), to: new Date(NOON + DAY + 600_000) } : {};
      const [same] = await metrics({ channelIds: [sync.id], interval, ...range });
      const sum = (key: string) =>
        same.series.reduce((total: number, point: Record<string, number>) => total + (point[key] ?? 0), 0);
      for (const key of ['messagesIn', 'messagesOut', 'sessionsStarted', 'refused'])
        expect(sum(key)).toBe(only.total[key]);
    }
    expect(only.series.map((point: { users: number }) => point.users)).toEqual([2, 1]);
  });

  it('count the users of hours and odd spans from the messages', async () => {
    const [hours] = await metrics({
      channelIds: [sync.id],
      interval: 'HOUR',
      from: new Date(NOON),
      to: new Date(NOON + 3_600_000),
    });
    expect(hours).toMatchObject({ total: { users: 2, messagesIn: 3 }, series: [{ users: 2, messagesIn: 3 }] });
  });

  it('of bots are the sums of their channels, for one bot, several and all', async () => {
    const joint = `{ messagesIn messagesOut sessionsStarted refused failed deliveriesSucceeded deliveriesDead
      responseTimeP50Ms responseTimeP95Ms }`;
    const ofBots = async (botIds: string[] | null, more: Record<string, unknown> = {}) =>
      (
        await app.gql(
          `query($botIds: [ID!], $from: DateTime!, $to: DateTime!, $interval: MetricInterval!) {
            botMetrics(botIds: $botIds, from: $from, to: $to, interval: $interval) {
              total ${joint} series ${joint} bots { bot { id } total ${joint} } } }`,
          { botIds, from: new Date(NOON - DAY / 2), to: new Date(NOON + DAY * 1.5), interval: 'DAY', ...more },
        )
      ).botMetrics;
    const silent = await createBot(app, { name: 'Silent' });
    const all = await ofBots(null);
    expect(all.total).toMatchObject({
      messagesIn: 6,
      messagesOut: 6,
      sessionsStarted: 5,
      refused: 1,
      deliveriesSucceeded: 2,
    });
    expect(all.total.responseTimeP95Ms).toBeGreaterThan(0);
    expect(all.series.map(({ messagesIn }: { messagesIn: number }) => messagesIn)).toEqual([5, 1]);
    expect(all.bots).toEqual([{ bot: { id: sync.botId }, total: all.total }]);
    expect(await ofBots([sync.botId, silent])).toEqual(all);
    expect(await ofBots([silent])).toMatchObject({ total: { messagesIn: 0, responseTimeP50Ms: null }, bots: [] });
    await expect(ofBots(['st-none'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ofBots(null, { interval: 'MINUTE', to: new Date(NOON + 9 * DAY) })).rejects.toMatchObject({
      field: 'interval',
    });
  });

  it('refuse a span that makes no sense, or too many points', async () => {
    await expect(metrics({ to: new Date(NOON - DAY) })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'to' });
    await expect(metrics({ interval: 'MINUTE', to: new Date(NOON + 9 * DAY) })).rejects.toMatchObject({
      field: 'interval',
    });
    await expect(metrics({ channelIds: ['ivrInst-none'] })).rejects.toMatchObject({ field: 'channelIds' });
  });
});
