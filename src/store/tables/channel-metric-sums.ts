import type { Knex } from 'knex';
import type { Db } from '../database/database.js';
import {
  CHANNEL_METRICS,
  CHANNEL_REFUSALS,
  COUNTER_KEYS,
  type Counter,
  INTERVAL_MS,
  type MetricInterval,
  type MetricSum,
  type Sums,
  VALUE_COLUMNS,
} from './channel-metrics.js';
import { logOf, withLog } from './count-logs.js';

export interface MetricSpan {
  channelIds: readonly string[];
  /** Milliseconds since the epoch; `to` excluded. */
  from: number;
  to: number;
  interval: MetricInterval;
}

/** The sums of each channel and interval, oldest first; intervals without events are left out. */
export async function metricSums(db: Db, span: MetricSpan): Promise<MetricSum[]> {
  const rows: SumOfChannel[] = await ofBoth(db, span.interval, (from) =>
    within(from, span).select('channel_id', 'start', db.raw(inOneCell(VALUE_COLUMNS))),
  );
  const sums = joined(rows.map(toChannelSum), ({ channelId, start }) => `${channelId} ${start}`);
  return sums.sort((a, b) => (a.channelId === b.channelId ? a.start - b.start : a.channelId < b.channelId ? -1 : 1));
}

/** The sums of each channel over the whole span; `start` is that of its first events. */
export async function metricTotals(db: Db, span: MetricSpan): Promise<MetricSum[]> {
  const rows: SumOfChannel[] = await ofBoth(db, span.interval, (from) =>
    within(from, span)
      .select('channel_id', db.raw(`min(start) as start, ${SUMMED}`))
      .groupBy('channel_id'),
  );
  return joined(rows.map(toChannelSum), ({ channelId }) => channelId);
}

/** The sums of the channels of each bot over the whole span, those with most messages first. */
export async function metricTotalsByBot(db: Db, span: BotsSpan, limit: number): Promise<(Sums & { botId: string })[]> {
  const rows: (StoredSum & { bot_id: string })[] = await ofBoth(db, span.interval, (from) =>
    ofBots(from, span)
      .select('channels.bot_id', db.raw(`min(start) as start, ${SUMMED}`))
      .groupBy('channels.bot_id'),
  );
  const sums = joined(
    rows.map((row) => ({ ...toSum(row), botId: row.bot_id })),
    ({ botId }) => botId,
  );
  return sums.sort((a, b) => b.messagesIn - a.messagesIn || (a.botId < b.botId ? -1 : 1)).slice(0, limit);
}

/** The sums of all channels of the bots for each interval, oldest first; intervals without events are left out. */
export async function metricSumsOfBots(db: Db, span: BotsSpan): Promise<Sums[]> {
  const rows: StoredSum[] = await ofBoth(db, span.interval, (from) =>
    ofBots(from, span).select('start', db.raw(SUMMED)).groupBy('start'),
  );
  return joined(rows.map(toSum), ({ start }) => start).sort((a, b) => a.start - b.start);
}

/** `botIds`: null for all bots of the account. */
export interface BotsSpan extends Omit<MetricSpan, 'channelIds'> {
  accountId: string;
  botIds: readonly string[] | null;
}

function ofBots(metrics: Knex.QueryBuilder, { accountId, botIds, from, to }: BotsSpan): Knex.QueryBuilder {
  const query = metrics
    .join('channels', 'channels.id', 'channel_metrics.channel_id')
    .where('channels.account_id', accountId)
    .where('start', '>=', from)
    .where('start', '<', to);
  return botIds ? query.whereIn('channels.bot_id', [...botIds]) : query;
}

interface StoredSum {
  start: number;
  numbers: string;
}

/** Drivers take their time for each cell: one text with all numbers is read many times faster. */
const inOneCell = (values: readonly string[]): string => `concat_ws(',', ${values.join(', ')}) as numbers`;
const SUMMED = inOneCell(VALUE_COLUMNS.map((column) => `sum(${column})`));

/** Rows of channels within a span. */
const within = (metrics: Knex.QueryBuilder, { channelIds, from, to }: MetricSpan): Knex.QueryBuilder =>
  metrics
    .whereIn('channel_id', [...channelIds])
    .where('start', '>=', from)
    .where('start', '<', to);

/** What a query finds in the table and in its log, by one look at both: SQLite adds up each many times faster than both as one. */
const ofBoth = (
  db: Db,
  interval: MetricInterval,
  query: (metrics: Knex.QueryBuilder) => Knex.QueryBuilder,
): Knex.QueryBuilder =>
  db.unionAll([
    query(db('channel_metrics').where({ interval })),
    query(db(db.raw(`${logged(interval)} as channel_metrics`))),
  ]);

type SumOfChannel = StoredSum & { channel_id: string };

/** One for each key; `start` is the first. */
function joined<S extends Sums>(sums: readonly S[], keyOf: (sum: S) => string | number): S[] {
  const all = new Map<string | number, S>();
  for (const sum of sums) {
    const known = all.get(keyOf(sum));
    all.set(keyOf(sum), known ? { ...plus(known, sum), start: Math.min(known.start, sum.start) } : sum);
  }
  return [...all.values()];
}

/** `start` is that of the first. */
export function plus<S extends Sums>(a: S, b: Sums): S {
  const sum = { ...a, responseTimes: a.responseTimes.map((count, bucket) => count + (b.responseTimes[bucket] ?? 0)) };
  for (const key of COUNTER_KEYS) sum[key] = a[key] + b[key];
  return sum;
}

const toChannelSum = (row: SumOfChannel): MetricSum => ({ ...toSum(row), channelId: row.channel_id });

function toSum(row: StoredSum): Sums {
  const numbers = row.numbers.split(',').map(Number);
  const counters = Object.fromEntries(COUNTER_KEYS.map((key, index) => [key, numbers[index] ?? 0]));
  return {
    ...(counters as Record<Counter, number>), // one entry a key, just made
    start: Number(row.start),
    responseTimes: numbers.slice(COUNTER_KEYS.length),
  };
}

/** How often messages were refused, by channel and reason, between two hours. */
export async function refusalsBetween(
  db: Db,
  channelIds: readonly string[],
  from: number,
  to: number,
): Promise<Map<string, Record<string, number>>> {
  const rows: { channel_id: string; reason: string; count: number }[] = await db(db.raw(withLog(CHANNEL_REFUSALS)))
    .select('channel_id', 'reason', db.raw('sum(count) as count'))
    .whereIn('channel_id', [...channelIds])
    .where('hour', '>=', from)
    .where('hour', '<', to)
    .groupBy('channel_id', 'reason')
    .orderBy(['channel_id', 'reason']);
  const byChannel = new Map<string, Record<string, number>>();
  for (const { channel_id: id, reason, count } of rows) {
    byChannel.set(id, { ...byChannel.get(id), [reason]: Number(count) });
  }
  return byChannel;
}

/** The log by intervals. */
function logged(interval: MetricInterval, values = VALUE_COLUMNS): string {
  const start = `start - start % ${INTERVAL_MS[interval]} as start`;
  return `(select channel_id, ${start}, ${values.map((value) => `coalesce(${value}, 0) as ${value}`).join(', ')}
    from ${logOf(CHANNEL_METRICS.table)})`;
}

/** Some counts of each channel and interval, as what follows `from`; `using`: of the table, an index and a condition. */
export const metricsBy = (interval: MetricInterval, values: string[], using = { index: '', where: '' }): string =>
  `(select channel_id, start, ${values.join(', ')} from channel_metrics ${using.index}
    where "interval" = '${interval}' ${using.where}
    union all select * from ${logged(interval, values)} as added) as channel_metrics`;
