import { LRUCache } from 'lru-cache';
import { atMost } from '../../at-most.js';
import { DAY, HOUR, MINUTE } from '../../time.js';
import type { Dialect } from '../database/database.js';
import { type ColumnKind, type RowWrite, rowSource } from '../database/row-source.js';
import type { Cell } from '../database/statements.js';
import { type Counted, logOf } from './count-logs.js';

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
export type Counter = keyof typeof COUNTERS;
export const COUNTER_KEYS = Object.keys(COUNTERS) as Counter[];

/** Upper bounds of the response time histogram in milliseconds, two to an octave; the last bucket is open. */
export const RESPONSE_TIME_BOUNDS = [
  1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192,
  12_288, 16_384, 24_576,
];
const BUCKETS = RESPONSE_TIME_BOUNDS.length + 1;
export const VALUE_COLUMNS = [
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

/** Counts by minute, hour and day; their log has those of minutes. */
export const CHANNEL_METRICS = {
  table: 'channel_metrics',
  keys: ['channel_id', 'interval', 'start'],
  values: VALUE_COLUMNS,
  rows: `(select channel_id, spans."interval", start - start % spans.ms as start, spans.ms, ${VALUE_COLUMNS.join(', ')}
    from added cross join (${Object.entries(INTERVAL_MS)
      .map(([interval, ms]) => `select '${interval}' as "interval", ${ms} as ms`)
      .join(' union all ')}) as spans) as added`,
  order: 'min(ms), channel_id',
} satisfies Counted;

/** Counts by hour. */
export const CHANNEL_REFUSALS = {
  table: 'channel_refusals',
  keys: ['channel_id', 'hour', 'reason'],
  values: ['count'],
  order: 'channel_id, hour, reason',
} satisfies Counted;

function addTo(dialect: Dialect, width: Width): RowWrite<Cell[]> {
  const columns: Record<string, ColumnKind> = { channel_id: 'text', start: 'int' };
  for (const column of VALUE_COLUMNS.slice(0, WIDTHS[width])) columns[column] = 'int';
  const source = rowSource(dialect, columns);
  const names = source.columns.join(', ');
  return {
    sql: `insert into ${logOf(CHANNEL_METRICS.table)} (${names}) select ${names} from ${source.from} where true`,
    bind: (rows) => source.bind(rows.map((row) => row.slice(0, source.columns.length))),
  };
}

/** The narrowest statement that adds all that these rows hold. */
export function widthOf(rows: readonly (readonly Cell[])[]): Width {
  const last = Math.max(...rows.map((row) => row.findLastIndex((cell) => cell !== 0)));
  return last < KEYS + WIDTHS.counters ? 'counters' : last < KEYS + WIDTHS.quick ? 'quick' : 'all';
}
/** Columns before the values. */
const KEYS = 2;

export function channelMetricWrites(dialect: Dialect) {
  const userSource = rowSource(dialect, { channel_id: 'text', day: 'int', user_id: 'text' });
  const userSql = `insert into channel_users (channel_id, day, user_id) select channel_id, day, user_id
    from ${userSource.from} where true on conflict (channel_id, day, user_id) do nothing`;
  const refusalSource = rowSource(dialect, { channel_id: 'text', hour: 'int', reason: 'text', count: 'int' });
  const refusalSql = `insert into ${logOf(CHANNEL_REFUSALS.table)} (channel_id, hour, reason, count)
    select channel_id, hour, reason, count from ${refusalSource.from} where true`;
  return {
    /** One row per channel; see `widthOf`. */
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
    // Sorted, so that processes lock rows in one order.
    return [...fresh].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
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
      const minute = now - (now % MINUTE);
      const sums = Array.from(byChannel, ([channelId, sum]): Cell[] => [channelId, minute, ...sum]);
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
