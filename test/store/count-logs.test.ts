import { expect, it } from 'vitest';
import { migrationSource } from '../../migrations/index.js';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import type { Unit } from '../../src/store/commit/unit.js';
import type { Database } from '../../src/store/database/database.js';
import { botsThatFail, trafficByHour } from '../../src/store/tables/attention.js';
import { CANARY_COUNTS, canaryTurnCounts } from '../../src/store/tables/canary-counts.js';
import {
  metricSums,
  metricSumsOfBots,
  metricTotals,
  metricTotalsByBot,
  refusalsBetween,
  type Sight,
} from '../../src/store/tables/channel-metric-sums.js';
import { CHANNEL_METRICS, CHANNEL_REFUSALS } from '../../src/store/tables/channel-metrics.js';
import { addUpCounts } from '../../src/store/tables/count-logs.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { DAY, HOUR, MINUTE } from '../../src/time.js';
import { eachDatabase } from '../support/databases.js';

const ALL = [CHANNEL_METRICS, CHANNEL_REFUSALS, CANARY_COUNTS];
const TODAY = 20_000 * DAY;
const CHANNELS = ['ch1', 'ch2'];

const unit = (channelId: string): Unit => ({
  counts: {
    channelId,
    messagesIn: 2,
    failed: 1,
    refused: 3,
    refusals: [['SUSPENDED', 3]],
    responseTimeMs: 40_000, // the last bucket: the widest statement
  },
  canary: {
    canaryId: 'ca',
    channelId,
    conversationId: `cv-${channelId}`,
    side: 'CANDIDATE',
    share: 100,
    at: TODAY,
    failed: true,
    unidentified: false,
    slow: false,
    ended: null,
    responseTimeMs: 1,
  },
});

/** Whatever is told of these channels since then. */
async function figures({ read }: Pick<Database, 'read'>, sight: Sight = { accountId: 'ac', botIds: null }) {
  const span = { from: TODAY, to: TODAY + DAY };
  return {
    minutes: await metricSums(read, { ...span, channelIds: CHANNELS, interval: 'MINUTE' }),
    hours: await metricSums(read, { ...span, channelIds: CHANNELS, interval: 'HOUR' }),
    totals: await metricTotals(read, { ...span, channelIds: CHANNELS, interval: 'DAY' }),
    bots: await metricTotalsByBot(read, { ...span, ...sight, interval: 'DAY' }, 10),
    series: await metricSumsOfBots(read, { ...span, ...sight, interval: 'HOUR' }),
    traffic: await trafficByHour(read, sight, TODAY),
    failing: await botsThatFail(read, sight, TODAY, 10),
    refusals: await refusalsBetween(read, CHANNELS, TODAY, TODAY + DAY),
    canaries: await canaryTurnCounts(read, ['ca']),
  };
}

const messagesIn = async ({ read }: Database): Promise<number> => {
  const span = { channelIds: CHANNELS, from: TODAY, to: TODAY + DAY, interval: 'DAY' as const };
  return (await metricTotals(read, span)).reduce((sum, one) => sum + one.messagesIn, 0);
};

eachDatabase(
  'the logs of counts',
  (database) => {
    const write = (units: Unit[], now: number) =>
      batchWriter(
        database().write,
        database().dialect,
        laneStore(database().dialect, 'p1'),
      )(units, {
        now,
        leaseEnd: now + MINUTE,
        keysForgottenBefore: 0,
      });

    async function someChannels(): Promise<void> {
      const { write: db } = database();
      const at = { created_at: 1, updated_at: 1 };
      await db('accounts').insert({ id: 'ac', name: 'Main', retention_days: 90, created_at: 1 });
      await db('bots').insert({ id: 'bt', account_id: 'ac', name: 'b', kind: 'STANDARD', engine: 'DIALOG', ...at });
      const channel = { account_id: 'ac', bot_id: 'bt', mode: 'SYNC', ...at };
      await db('channels').insert(CHANNELS.map((id) => ({ ...channel, id, name: id })));
    }

    it('are read with what is added up already, so that figures are the same before and after', async () => {
      await someChannels();
      for (const now of [TODAY, TODAY + MINUTE, TODAY + HOUR]) await write([unit('ch1'), unit('ch2')], now);
      await write([unit('ch1')], TODAY + HOUR);
      const before = await figures(database());
      expect(before.totals.map(({ messagesIn, failed }) => [messagesIn, failed])).toEqual([
        [8, 4],
        [6, 3],
      ]);
      expect(before.totals.map(({ responseTimes }) => responseTimes.at(-1))).toEqual([4, 3]);
      expect(before.minutes.map(({ channelId, start, messagesIn }) => [channelId, start - TODAY, messagesIn])).toEqual([
        ['ch1', 0, 2],
        ['ch1', MINUTE, 2],
        ['ch1', HOUR, 4],
        ['ch2', 0, 2],
        ['ch2', MINUTE, 2],
        ['ch2', HOUR, 2],
      ]);
      expect(before.traffic.map((hour) => [hour.from - TODAY, hour.messagesIn])).toEqual([
        [0, 8],
        [HOUR, 6],
      ]);
      expect(before.failing).toEqual([{ botId: 'bt', failed: 7 }]);
      expect(before.bots.map(({ botId, refused }) => [botId, refused])).toEqual([['bt', 21]]);
      expect(before.refusals).toEqual(
        new Map(CHANNELS.map((id, n) => [id, [{ reason: 'SUSPENDED', fault: null, count: n === 0 ? 12 : 9 }]])),
      );
      expect(before.canaries.get('ca')?.map(({ turns, failed }) => [turns, failed])).toEqual([
        [4, 4],
        [3, 3],
      ]);
      await addUpCounts(database(), ALL);
      expect(await figures(database())).toEqual(before);
      for (const { table } of ALL) expect(await database().read(`${table}_added`)).toEqual([]);
      await write([unit('ch2')], TODAY + HOUR);
      expect(await messagesIn(database())).toBe(16);
      await addUpCounts(database(), ALL);
      expect(await messagesIn(database())).toBe(16);
      expect((await figures(database())).canaries.get('ca')?.map(({ turns }) => turns)).toEqual([4, 4]);
    });

    it('tell of one account, whether it is the only one or not, and of the bots that are asked for', async () => {
      await someChannels();
      await write([unit('ch1')], TODAY);
      await addUpCounts(database(), ALL);
      await write([unit('ch2')], TODAY + HOUR);
      const alone = await figures(database());
      const { write: db } = database();
      const at = { created_at: 1, updated_at: 1 };
      const bot = { name: 'b', kind: 'STANDARD', engine: 'DIALOG', ...at };
      const channel = { name: 'c', mode: 'SYNC', ...at };
      await db('accounts').insert({ id: 'ad', name: 'Other', retention_days: 90, created_at: 1 });
      for (const [accountId, id] of [
        ['ac', 'bu'],
        ['ad', 'bv'],
      ]) {
        await db('bots').insert({ ...bot, id, account_id: accountId });
        await db('channels').insert({ ...channel, id: `${id}-ch`, bot_id: id, account_id: accountId });
      }
      await write([{ counts: unit('bv-ch').counts }], TODAY);
      expect(await figures(database())).toEqual(alone);
      await write([{ counts: unit('bu-ch').counts }], TODAY);
      await addUpCounts(database(), ALL);
      expect(await figures(database(), { accountId: 'ac', botIds: ['bt', 'bv'] })).toEqual(alone);
      const { bots, failing, traffic } = await figures(database());
      expect(bots.map(({ botId, messagesIn: count }) => [botId, count])).toEqual([
        ['bt', 4],
        ['bu', 2],
      ]);
      expect([failing.map(({ botId }) => botId), traffic.map(({ failed }) => failed)]).toEqual([
        ['bt', 'bu'],
        [2, 1],
      ]);
    });

    it('lose and double nothing while several add up what others write', async () => {
      const seen: number[] = [];
      let writing = 2;
      const until = async (work: () => Promise<unknown>) => {
        while (writing > 0) await work();
      };
      const writer = async () => {
        for (let n = 0; n < 15; n += 1) await write([unit('ch1'), unit('ch2')], TODAY + n * MINUTE);
        writing -= 1;
      };
      const adding = () => until(() => addUpCounts(database(), ALL));
      await Promise.all([
        writer(),
        writer(),
        adding(),
        adding(),
        until(async () => seen.push(await messagesIn(database()))),
      ]);
      expect(await messagesIn(database())).toBe(2 * 15 * 4);
      await addUpCounts(database(), ALL);
      expect(await messagesIn(database())).toBe(2 * 15 * 4);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    });

    it('are added up before a version without them takes the database', async () => {
      await someChannels();
      await write([unit('ch1')], TODAY);
      await addUpCounts(database(), ALL);
      await write([unit('ch1'), unit('ch2')], TODAY + HOUR);
      const name = '20261129092000_count_logs';
      const after = (await migrationSource.getMigrations([])).slice(
        (await migrationSource.getMigrations([])).indexOf(name),
      );
      for (const one of after.reverse()) await database().write.migrate.down({ migrationSource, name: one } as never); // knex takes a name, its types do not
      const rows = await database()
        .read('channel_metrics')
        .orderBy(['channel_id', 'interval', 'start'])
        .select('channel_id', 'interval', 'start', 'messages_in', 'deliveries_dead');
      expect(rows.map((row) => Object.values({ ...row, start: Number(row.start) - TODAY }))).toEqual([
        ['ch1', 'DAY', 0, 4, 0],
        ['ch1', 'HOUR', 0, 2, 0],
        ['ch1', 'HOUR', HOUR, 2, 0],
        ['ch1', 'MINUTE', 0, 2, 0],
        ['ch1', 'MINUTE', HOUR, 2, 0],
        ['ch2', 'DAY', 0, 2, 0],
        ['ch2', 'HOUR', HOUR, 2, 0],
        ['ch2', 'MINUTE', HOUR, 2, 0],
      ]);
      expect(await database().read('channel_refusals').orderBy(['channel_id', 'hour']).pluck('count')).toEqual([
        3, 3, 3,
      ]);
      await database().write.migrate.latest({ migrationSource });
    });
  },
  'EACH_TEST',
);
