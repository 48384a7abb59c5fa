import type { Knex } from 'knex';
import { TOKEN_FAULTS, type TokenFault } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import type { Range } from '../database/order.js';
import { usingIndex, withoutIndex } from '../database/using-index.js';
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

/** Channels that are read in one statement, all of which it names. */
const CHANNELS_AT_ONCE = 1_000;

/** The sums of the channels of each bot over the whole span, those with most messages first. */
export async function metricTotalsByBot(db: Db, span: BotsSpan, limit: number): Promise<(Sums & { botId: string })[]> {
  const channels: { id: string; bot_id: string }[] = await db('channels')
    .select('id', 'bot_id')
    .whereIn('bot_id', await busiestBots(db, span, limit));
  const botOf = new Map(channels.map(({ id, bot_id }) => [id, bot_id]));
  const totals: MetricSum[] = [];
  for (let at = 0; at < channels.length; at += CHANNELS_AT_ONCE) {
    const channelIds = channels.slice(at, at + CHANNELS_AT_ONCE).map(({ id }) => id);
    totals.push(...(await metricTotals(db, { ...span, channelIds })));
  }
  const sums = joined(
    totals.map(({ channelId, ...sum }) => ({ ...sum, botId: botOf.get(channelId) ?? '' })),
    ({ botId }) => botId,
  );
  return sums.sort((a, b) => b.messagesIn - a.messagesIn || (a.botId < b.botId ? -1 : 1));
}

/** Rows are added up by channel before its bot is looked up, which there are many times fewer of. */
async function busiestBots(db: Db, span: BotsSpan, limit: number): Promise<string[]> {
  const seen = await seenIn(db, span);
  const ofChannels = ofBoth(db, span.interval, (from) =>
    between(seen(from), span).select('channel_id', db.raw('sum(messages_in) as messages_in')).groupBy('channel_id'),
  );
  return db
    .from(ofChannels.as('counted'))
    .join('channels', 'channels.id', 'counted.channel_id')
    .groupBy('channels.bot_id')
    .orderByRaw('sum(counted.messages_in) desc, channels.bot_id')
    .limit(limit)
    .pluck('channels.bot_id');
}

/** The sums of all channels of the bots for each interval, oldest first; intervals without events are left out. */
export async function metricSumsOfBots(db: Db, span: BotsSpan): Promise<Sums[]> {
  const seen = await seenIn(db, span);
  const rows: StoredSum[] = await ofBoth(db, span.interval, (from) =>
    between(seen(from), span).select('start', db.raw(SUMMED)).groupBy('start'),
  );
  return joined(rows.map(toSum), ({ start }) => start).sort((a, b) => a.start - b.start);
}

/** `botIds`: null for all bots of the account. */
export interface BotsSpan extends Omit<MetricSpan, 'channelIds'>, Sight {}

/** The bots of an account that are looked at. */
export interface Sight {
  accountId: string;
  /** Null: all of them. */
  botIds: readonly string[] | null;
}

/**
 * Leaves the rows of the channels of these bots. All rows are those of an account that is the only one, as most are: to look
 * up the channel of each would take most of the time.
 */
export async function seenIn(db: Db, { accountId, botIds }: Sight): Promise<Range> {
  if (botIds) {
    const own = db('channels')
      .select('id')
      .whereIn('bot_id', [...botIds]); // found by bot, not all of the account
    void own.whereRaw(`${withoutIndex(db, 'account_id')} = ?`, [accountId]);
    return (metrics) => metrics.whereIn('channel_id', own);
  }
  const other: unknown = await db('accounts').whereNot('id', accountId).first('id');
  if (!other) return (metrics) => metrics;
  return (metrics) => metrics.whereIn('channel_id', db('channels').select('id').where('account_id', accountId));
}

interface StoredSum {
  start: number;
  numbers: string;
}

/** Drivers take their time for each cell: one text with all numbers is read many times faster. */
const inOneCell = (values: readonly string[]): string => `concat_ws(',', ${values.join(', ')}) as numbers`;
const SUMMED = inOneCell(VALUE_COLUMNS.map((column) => `sum(${column})`));

/** Rows of channels within a span. */
const within = (metrics: Knex.QueryBuilder, span: MetricSpan): Knex.QueryBuilder =>
  between(metrics.whereIn('channel_id', [...span.channelIds]), span);

const between = (metrics: Knex.QueryBuilder, { from, to }: { from: number; to: number }): Knex.QueryBuilder =>
  metrics.where('start', '>=', from).where('start', '<', to);

/**
 * What a query finds in the table and in its log, by one look at both: SQLite adds up each many times faster than both as one.
 * `index`: the one that finds it in the table.
 */
export const ofBoth = (
  db: Db,
  interval: MetricInterval,
  query: (metrics: Knex.QueryBuilder) => Knex.QueryBuilder,
  index?: string,
): Knex.QueryBuilder =>
  db.unionAll([
    query(
      db(index ? usingIndex(db, 'channel_metrics', index) : 'channel_metrics').whereRaw(`"interval" = '${interval}'`),
    ),
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

/** How often messages were refused for one reason. */
export interface RefusalCount {
  reason: string;
  /** What was wrong with the token; null: it was not the token, or that was not kept yet. */
  fault: TokenFault | null;
  count: number;
}

/** Between the reason of a refusal and what was wrong with the token: reasons have none. */
const BEFORE_FAULT = '/';

/** A reason as it is kept, with what was wrong with the token. */
export const storedReason = ({ reason, fault }: { reason: string; fault?: TokenFault | null }): string =>
  fault ? `${reason}${BEFORE_FAULT}${fault}` : reason;

/** How often messages were refused, by channel and reason, between two hours. */
export async function refusalsBetween(
  db: Db,
  channelIds: readonly string[],
  from: number,
  to: number,
): Promise<Map<string, RefusalCount[]>> {
  const rows: { channel_id: string; reason: string; count: number }[] = await db(db.raw(withLog(CHANNEL_REFUSALS)))
    .select('channel_id', 'reason', db.raw('sum(count) as count'))
    .whereIn('channel_id', [...channelIds])
    .where('hour', '>=', from)
    .where('hour', '<', to)
    .groupBy('channel_id', 'reason')
    .orderBy(['channel_id', 'reason']);
  const counts = new Map<string, RefusalCount[]>();
  for (const { channel_id: channelId, reason: stored, count } of rows) {
    const [reason = '', fault] = stored.split(BEFORE_FAULT);
    const known = TOKEN_FAULTS.find((one) => one === fault) ?? null;
    counts.set(channelId, [...(counts.get(channelId) ?? []), { reason, fault: known, count: Number(count) }]);
  }
  return counts;
}

/** The log by intervals. */
function logged(interval: MetricInterval): string {
  const start = `start - start % ${INTERVAL_MS[interval]} as start`;
  return `(select channel_id, ${start}, ${VALUE_COLUMNS.map((value) => `coalesce(${value}, 0) as ${value}`).join(', ')}
    from ${logOf(CHANNEL_METRICS.table)})`;
}
