import { LRUCache } from 'lru-cache';
import { atMost } from '../../at-most.js';
import { DAY, HOUR, MINUTE } from '../../time.js';
import type { Db, Dialect } from '../database/database.js';
import { type ColumnKind, rowSource, writeRows } from '../database/row-source.js';
import type { BatchTransaction, Cell } from '../database/statements.js';

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

/** The numbers of a channel within one interval; `responseTimes` counts by bucket. */
export type MetricSum = Record<Counter, number> & { channelId: string; start: number; responseTimes: number[] };

export function channelMetricWrites(dialect: Dialect) {
  const columns: Record<string, ColumnKind> = { channel_id: 'text', interval: 'text', start: 'int' };
  for (const column of VALUE_COLUMNS) columns[column] = 'int';
  const source = rowSource(dialect, columns);
  const names = source.columns.map((name) => (name === 'interval' ? '"interval"' : name)).join(', ');
  const addSql = `insert into channel_metrics (${names}) select ${names} from ${source.from} where true
    on conflict (channel_id, "interval", start) do update set
    ${VALUE_COLUMNS.map((column) => `${column} = channel_metrics.${column} + excluded.${column}`).join(', ')}`;
  const userSource = rowSource(dialect, { channel_id: 'text', day: 'int', user_id: 'text' });
  const userSql = `insert into channel_users (channel_id, day, user_id) select channel_id, day, user_id
    from ${userSource.from} where true on conflict (channel_id, day, user_id) do nothing`;
  const refusalSource = rowSource(dialect, { channel_id: 'text', hour: 'int', reason: 'text', count: 'int' });
  const refusalSql = `insert into channel_refusals (channel_id, hour, reason, count) select channel_id, hour, reason, count
    from ${refusalSource.from} where true
    on conflict (channel_id, hour, reason) do update set count = channel_refusals.count + excluded.count`;
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
    /** Adds to minute, hour and day of `now`, one row each per channel however many events there are. */
    async add(trx: BatchTransaction, counts: readonly ChannelCounts[], now: number): Promise<void> {
      const sums = new Map<string, number[]>();
      const refusals: Cell[][] = [];
      const hour = now - (now % HOUR);
      for (const count of counts) {
        let sum = sums.get(count.channelId);
        if (!sum) {
          sum = Array<number>(VALUE_COLUMNS.length).fill(0);
          sums.set(count.channelId, sum);
        }
        addTo(sum, count);
        for (const [reason, times] of count.refusals ?? []) refusals.push([count.channelId, hour, reason, times]);
      }
      // Sorted, so that processes lock rows in one order.
      const channels = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
      const cells = Object.entries(INTERVAL_MS).flatMap(([interval, ms]) =>
        channels.map(([channelId, sum]): Cell[] => [channelId, interval, now - (now % ms), ...sum]),
      );
      await writeRows(trx, source, addSql, cells);
      const users = unseen(counts, now - (now % DAY));
      if (users.length > 0) {
        await writeRows(trx, userSource, userSql, users);
        // Remembered only once it is durable.
        trx.afterCommit(() => users.forEach(([channelId, , userId]) => void seen.set(`${channelId} ${userId}`, true)));
      }
      if (refusals.length > 0) await writeRows(trx, refusalSource, refusalSql, refusals);
    },
  };
}

/** Users of the day remembered; beyond, the one unused for longest is written again, which changes nothing. */
const MAX_SEEN = 200_000;

function addTo(sum: number[], count: ChannelCounts): void {
  COUNTER_KEYS.forEach((key, index) => {
    sum[index] = (sum[index] ?? 0) + (count[key] ?? 0);
  });
  if (count.responseTimeMs === undefined) return;
  const { responseTimeMs } = count;
  const found = RESPONSE_TIME_BOUNDS.findIndex((bound) => responseTimeMs <= bound);
  const bucket = COUNTER_KEYS.length + (found < 0 ? RESPONSE_TIME_BOUNDS.length : found);
  sum[bucket] = (sum[bucket] ?? 0) + 1;
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
  const rows: StoredSum[] = await within(db, span)
    .select('channel_id', 'start', db.raw(inOneCell(VALUE_COLUMNS)))
    .orderBy(['channel_id', 'start']);
  return rows.map(toSum);
}

/** The sums of each channel over the whole span; `start` is that of its first events. */
export async function metricTotals(db: Db, span: MetricSpan): Promise<MetricSum[]> {
  const rows: StoredSum[] = await within(db, span)
    .select('channel_id', db.raw(`min(start) as start, ${inOneCell(VALUE_COLUMNS.map((column) => `sum(${column})`))}`))
    .groupBy('channel_id');
  return rows.map(toSum);
}

interface StoredSum {
  channel_id: string;
  start: number;
  numbers: string;
}

/** Drivers take their time for each cell: one text with all numbers is read many times faster. */
const inOneCell = (values: readonly string[]): string => `concat_ws(',', ${values.join(', ')}) as numbers`;

const within = (db: Db, { channelIds, interval, from, to }: MetricSpan) =>
  db('channel_metrics')
    .whereIn('channel_id', [...channelIds])
    .where('interval', interval)
    .where('start', '>=', from)
    .where('start', '<', to);

function toSum(row: StoredSum): MetricSum {
  const numbers = row.numbers.split(',').map(Number);
  const counters = Object.fromEntries(COUNTER_KEYS.map((key, index) => [key, numbers[index] ?? 0]));
  return {
    ...(counters as Record<Counter, number>), // one entry a key, just made
    channelId: row.channel_id,
    start: Number(row.start),
    responseTimes: numbers.slice(COUNTER_KEYS.length),
  };
}

/** How many users each channel had on days whose users retention has removed. */
async function countedDays(
  db: Db,
  { channelIds, from, to }: Pick<MetricSpan, 'channelIds' | 'from' | 'to'>,
): Promise<{ channelId: string; day: number; users: number }[]> {
  const rows: { channel_id: string; start: number; users: number }[] = await within(db, {
    channelIds,
    from,
    to,
    interval: 'DAY',
  })
    .where('users', '>', 0)
    .select('channel_id', 'start', 'users');
  return rows.map((row) => ({ channelId: row.channel_id, day: Number(row.start), users: row.users }));
}

/** Keeps the greater number. */
function atLeast(users: Map<string, number>, key: string, counted: number): void {
  users.set(key, Math.max(users.get(key) ?? 0, counted));
}

/**
 * Distinct users of each channel between two days. Where retention has removed who they were, at least as many as on the
 * day that had most.
 */
export async function usersBetween(
  db: Db,
  channelIds: readonly string[],
  from: number,
  to: number,
): Promise<Map<string, number>> {
  const rows: { channel_id: string; users: number }[] = await db('channel_users')
    .select('channel_id', db.raw('count(distinct user_id) as users'))
    .whereIn('channel_id', [...channelIds])
    .where('day', '>=', from)
    .where('day', '<', to)
    .groupBy('channel_id');
  const users = new Map(rows.map((row) => [row.channel_id, Number(row.users)]));
  for (const day of await countedDays(db, { channelIds, from, to })) atLeast(users, day.channelId, day.users);
  return users;
}

/** Users of each channel and day, keyed `<channel id> <day>`. */
export async function usersByDay(db: Db, { channelIds, from, to }: MetricSpan): Promise<Map<string, number>> {
  const rows: { channel_id: string; day: number; users: number }[] = await db('channel_users')
    .select('channel_id', 'day')
    .count({ users: '*' })
    .whereIn('channel_id', [...channelIds])
    .where('day', '>=', from)
    .where('day', '<', to)
    .groupBy('channel_id', 'day');
  const users = new Map(rows.map((row) => [`${row.channel_id} ${Number(row.day)}`, Number(row.users)]));
  for (const { channelId, day, users: counted } of await countedDays(db, { channelIds, from, to }))
    atLeast(users, `${channelId} ${day}`, counted);
  return users;
}

/**
 * Distinct users of each channel and step, keyed `<channel id> <start>`, from the messages themselves: as far back as
 * they are kept. A step as long as the span gives the users of the whole.
 */
export async function usersByStep(
  db: Db,
  { channelIds, from, to }: MetricSpan,
  stepMs: number,
): Promise<Map<string, number>> {
  // Whole numbers divide to whole numbers on both databases. The cast keeps them whole: the driver of SQLite binds what
  // is beyond 32 bits as a float.
  const whole = 'cast(? as bigint)';
  const start = db.raw(`${whole} + ((turns.created_at - ${whole}) / ${whole}) * ${whole} as start`, [
    from,
    from,
    stepMs,
    stepMs,
  ]);
  const heard = db('turns')
    .join('conversations', 'conversations.id', 'turns.conversation_id')
    .whereIn('turns.channel_id', [...channelIds])
    .where('turns.created_at', '>=', from)
    .where('turns.created_at', '<', to)
    .distinct('turns.channel_id', 'conversations.user_id', start);
  const rows: { channel_id: string; start: number; users: number }[] = await db
    .from(heard.as('heard'))
    .select('channel_id', 'start')
    .count({ users: '*' })
    .groupBy('channel_id', 'start');
  return new Map(rows.map((row) => [`${row.channel_id} ${Number(row.start)}`, Number(row.users)]));
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
