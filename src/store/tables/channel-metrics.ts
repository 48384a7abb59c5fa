import { LRUCache } from 'lru-cache';
import { atMost } from '../../at-most.js';
import { DAY, HOUR, MINUTE } from '../../time.js';
import type { Db, Dialect } from '../database/database.js';
import { type ColumnKind, type RowWrite, rowSource } from '../database/row-source.js';
import type { Cell } from '../database/statements.js';

export type MetricInterval = 'MINUTE' | 'HOUR' | 'DAY';
export const INTERVAL_MS: Record<MetricInterval, number> = { MINUTE, HOUR, DAY };

/** Points of one series, of days at the longest. A request for more is refused with BAD_USER_INPUT. */
export const MAX_POINTS = 2_000;

/** What one event adds to its channel's numbers. */
export interface ChannelCounts {
  channelId: string;
  /** Who sent the message. */
  userId?: string;
  messagesIn?: number;
  messagesOut?: number;
  sessionsStarted?: number;
  refused?: number;
  failed?: number;
  deliveriesSucceeded?: number;
  deliveriesDead?: number;
  /** Milliseconds from the receipt of a message to its stored replies. */
  responseTimeMs?: number;
  /** Why messages were refused, and how often. */
  refusals?: readonly (readonly [reason: string, count: number])[];
}

const COUNTERS = {
  messagesIn: 'messages_in',
  messagesOut: 'messages_out',
  sessionsStarted: 'sessions_started',
  refused: 'refused',
  failed: 'failed',
  deliveriesSucceeded: 'deliveries_succeeded',
  deliveriesDead: 'deliveries_dead',
} as const;
type Counter = keyof typeof COUNTERS;
const COUNTER_KEYS = Object.keys(COUNTERS) as Counter[];

/** Upper bounds of the response time histogram in milliseconds, two to an octave; the last bucket is open. */
export const RESPONSE_TIME_BOUNDS = [
  1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192,
  12_288, 16_384, 24_576,
];
const BUCKETS = RESPONSE_TIME_BOUNDS.length + 1;
const VALUE_COLUMNS = [
  ...Object.values(COUNTERS),
  ...Array.from({ length: BUCKETS }, (_, bucket) => `response_time_${bucket}`),
];

/** Numbers within one interval; `responseTimes` counts by bucket. */
export type Sums = Record<Counter, number> & { start: number; responseTimes: number[] };
/** The numbers of one channel. */
export type MetricSum = Sums & { channelId: string };

/**
 * How many of the value columns a statement adds to: the counters, those and the times of quick turns, or all. To set up an
 * expression for each of 37 columns is most of what such a statement costs PostgreSQL.
 */
const WIDTHS = { counters: COUNTER_KEYS.length, quick: COUNTER_KEYS.length + 8, all: VALUE_COLUMNS.length } as const;
type Width = keyof typeof WIDTHS;

function addTo(dialect: Dialect, width: Width): RowWrite<Cell[]> {
  const values = VALUE_COLUMNS.slice(0, WIDTHS[width]);
  const columns: Record<string, ColumnKind> = { channel_id: 'text', interval: 'text', start: 'int' };
  for (const column of values) columns[column] = 'int';
  const source = rowSource(dialect, columns);
  const names = source.columns.map((name) => (name === 'interval' ? '"interval"' : name)).join(', ');
  const sql = `insert into channel_metrics (${names}) select ${names} from ${source.from} where true
    on conflict (channel_id, "interval", start) do update set
    ${values.map((column) => `${column} = channel_metrics.${column} + excluded.${column}`).join(', ')}`;
  return { sql, bind: (rows) => source.bind(rows.map((row) => row.slice(0, source.columns.length))) };
}

/** The narrowest statement that adds all that these rows hold. */
export function widthOf(rows: readonly (readonly Cell[])[]): Width {
  const last = Math.max(...rows.map((row) => row.findLastIndex((cell) => cell !== 0)));
  return last < KEYS + WIDTHS.counters ? 'counters' : last < KEYS + WIDTHS.quick ? 'quick' : 'all';
}
/** Columns before the values. */
const KEYS = 3;

export function channelMetricWrites(dialect: Dialect) {
  const userSource = rowSource(dialect, { channel_id: 'text', day: 'int', user_id: 'text' });
  const userSql = `insert into channel_users (channel_id, day, user_id) select channel_id, day, user_id
    from ${userSource.from} where true on conflict (channel_id, day, user_id) do nothing`;
  const refusalSource = rowSource(dialect, { channel_id: 'text', hour: 'int', reason: 'text', count: 'int' });
  const refusalSql = `insert into channel_refusals (channel_id, hour, reason, count) select channel_id, hour, reason, count
    from ${refusalSource.from} where true
    on conflict (channel_id, hour, reason) do update set count = channel_refusals.count + excluded.count`;
  return {
    /** Add to minute, hour and day, one row each per channel; see `widthOf`. */
    counters: addTo(dialect, 'counters'),
    quick: addTo(dialect, 'quick'),
    all: addTo(dialect, 'all'),
    noteUsers: { sql: userSql, bind: userSource.bind } satisfies RowWrite<Cell[]>,
    noteRefusals: { sql: refusalSql, bind: refusalSource.bind } satisfies RowWrite<Cell[]>,
  };
}

/** The rows that events add up to, for those statements. */
export interface MetricRows {
  sums: Cell[][];
  users: Cell[][];
  refusals: Cell[][];
}

/** Adds events up, one row each per channel however many there are. */
export function metricCounts() {
  const seen = new LRUCache<string, true>(atMost(MAX_SEEN));
  let seenDay = 0;

  /** Users already noted today need no row; the set is a memory of what is in the table, not the other way round. */
  function unseen(counts: readonly ChannelCounts[], day: number): Cell[][] {
    if (day !== seenDay) seen.clear();
    seenDay = day;
    const fresh = new Map<string, Cell[]>();
    for (const { channelId, userId } of counts) {
      if (userId === undefined) continue;
      const key = `${channelId} ${userId}`;
      if (!seen.get(key)) fresh.set(key, [channelId, day, userId]);
    }
    return [...fresh.values()];
  }

  return {
    rowsOf(counts: readonly ChannelCounts[], now: number): MetricRows {
      const byChannel = new Map<string, number[]>();
      const refusals: Cell[][] = [];
      const hour = now - (now % HOUR);
      for (const event of counts) {
        let sum = byChannel.get(event.channelId);
        if (!sum) {
          sum = Array<number>(VALUE_COLUMNS.length).fill(0);
          byChannel.set(event.channelId, sum);
        }
        count(sum, event);
        for (const [reason, times] of event.refusals ?? []) refusals.push([event.channelId, hour, reason, times]);
      }
      // Sorted, so that processes lock rows in one order.
      const channels = [...byChannel].sort(([a], [b]) => (a < b ? -1 : 1));
      const sums = Object.entries(INTERVAL_MS).flatMap(([interval, ms]) =>
        channels.map(([channelId, sum]): Cell[] => [channelId, interval, now - (now % ms), ...sum]),
      );
      return { sums, users: unseen(counts, now - (now % DAY)), refusals };
    },

    /** Remembers users once they are durable. */
    written({ users }: Pick<MetricRows, 'users'>): void {
      for (const [channelId, , userId] of users) seen.set(`${channelId} ${userId}`, true);
    },
  };
}

/** Users of the day remembered; beyond, the one unused for longest is written again, which changes nothing. */
const MAX_SEEN = 200_000;

function count(sum: number[], counts: ChannelCounts): void {
  COUNTER_KEYS.forEach((key, index) => {
    sum[index] = (sum[index] ?? 0) + (counts[key] ?? 0);
  });
  const { responseTimeMs } = counts;
  if (responseTimeMs === undefined) return;
  const bucket = COUNTER_KEYS.length + bucketOf(responseTimeMs);
  sum[bucket] = (sum[bucket] ?? 0) + 1;
}

/** The place of a response time in the histogram. */
export function bucketOf(responseTimeMs: number): number {
  const found = RESPONSE_TIME_BOUNDS.findIndex((bound) => responseTimeMs <= bound);
  return found < 0 ? RESPONSE_TIME_BOUNDS.length : found;
}

export interface MetricSpan {
  channelIds: readonly string[];
  /** Milliseconds since the epoch; `to` excluded. */
  from: number;
  to: number;
  interval: MetricInterval;
}

/** The sums of each channel and interval, oldest first; intervals without events are left out. */
export async function metricSums(db: Db, span: MetricSpan): Promise<MetricSum[]> {
  const rows: SumOfChannel[] = await within(db, span)
    .select('channel_id', 'start', db.raw(inOneCell(VALUE_COLUMNS)))
    .orderBy(['channel_id', 'start']);
  return rows.map(toChannelSum);
}

/** The sums of each channel over the whole span; `start` is that of its first events. */
export async function metricTotals(db: Db, span: MetricSpan): Promise<MetricSum[]> {
  const rows: SumOfChannel[] = await within(db, span)
    .select('channel_id', db.raw(`min(start) as start, ${SUMMED}`))
    .groupBy('channel_id');
  return rows.map(toChannelSum);
}

/** The sums of the channels of each bot over the whole span, those with most messages first. */
export async function metricTotalsByBot(db: Db, span: BotsSpan, limit: number): Promise<(Sums & { botId: string })[]> {
  const rows: (StoredSum & { bot_id: string })[] = await ofBots(db, span)
    .select('channels.bot_id', db.raw(`min(start) as start, ${SUMMED}`))
    .groupBy('channels.bot_id')
    .orderByRaw('sum(messages_in) desc, channels.bot_id')
    .limit(limit);
  return rows.map((row) => ({ ...toSum(row), botId: row.bot_id }));
}

/** The sums of all channels of the bots for each interval, oldest first; intervals without events are left out. */
export async function metricSumsOfBots(db: Db, span: BotsSpan): Promise<Sums[]> {
  const rows: StoredSum[] = await ofBots(db, span).select('start', db.raw(SUMMED)).groupBy('start').orderBy('start');
  return rows.map(toSum);
}

/** `botIds`: null for all bots of the account. */
export interface BotsSpan extends Omit<MetricSpan, 'channelIds'> {
  accountId: string;
  botIds: readonly string[] | null;
}

function ofBots(db: Db, { accountId, botIds, interval, from, to }: BotsSpan) {
  const query = db('channel_metrics')
    .join('channels', 'channels.id', 'channel_metrics.channel_id')
    .where('channels.account_id', accountId)
    .where({ interval })
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
export const within = (db: Db, { channelIds, interval, from, to }: MetricSpan) =>
  db('channel_metrics')
    .whereIn('channel_id', [...channelIds])
    .where('interval', interval)
    .where('start', '>=', from)
    .where('start', '<', to);

type SumOfChannel = StoredSum & { channel_id: string };

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
  const rows: { channel_id: string; reason: string; count: number }[] = await db('channel_refusals')
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
