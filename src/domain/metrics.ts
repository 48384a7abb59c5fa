import { badInput, notFound } from '../errors.js';
import type { Database } from '../store/database/database.js';
import {
  type MetricSpan,
  metricSums,
  metricSumsOfBots,
  metricTotals,
  metricTotalsByBot,
  plus,
  type RefusalCount,
  refusalsBetween,
} from '../store/tables/channel-metric-sums.js';
import {
  INTERVAL_MS,
  MAX_POINTS,
  type MetricInterval,
  RESPONSE_TIME_BOUNDS,
  type Sums,
} from '../store/tables/channel-metrics.js';
import { usersBetween, usersByDay, usersByStep } from '../store/tables/channel-users.js';
import { findChannels } from '../store/tables/channels.js';
import { DAY, HOUR } from '../time.js';
import { may, readableBots, type Viewer } from './access.js';

/** What several channels did; their users are not counted together. */
export interface JointPoint {
  /** Milliseconds since the epoch. */
  from: number;
  messagesIn: number;
  messagesOut: number;
  sessionsStarted: number;
  refused: number;
  failed: number;
  deliveriesSucceeded: number;
  deliveriesDead: number;
  responseTimeP50Ms: number | null;
  responseTimeP95Ms: number | null;
}

export interface MetricPoint extends JointPoint {
  /** Distinct (channel, user) pairs. */
  users: number;
}

/** What all channels of some bots did. */
export interface BotsMetrics {
  total: JointPoint;
  points: number;
  series(): Promise<JointPoint[]>;
  /** Those with most messages. */
  bots: { botId: string; total: JointPoint }[];
}

/** Bots listed with totals of their own; further ones are in the sums only. */
const MOST_BOTS = 50;

export interface ChannelMetrics {
  channelId: string;
  total: MetricPoint;
  /** Number of points of its series. */
  points: number;
  /** Read when it is asked for, for all channels at once. */
  series(): Promise<MetricPoint[]>;
  refusals: RefusalCount[];
}

export interface BotsMetricsRequest extends Omit<MetricsRequest, 'channelIds'> {
  /** Null: all that the viewer may read. */
  botIds: readonly string[] | null;
}

export interface MetricsRequest {
  channelIds: readonly string[];
  from: number;
  to: number;
  interval: MetricInterval;
}

/** Metrics of channels. `from` and `to` are rounded outwards to whole intervals. */
export function createMetrics({ database }: { database: Pick<Database, 'read'> }) {
  return {
    /** Metrics in the order of the ids. BAD_USER_INPUT (`interval`) when a series would be too long. */
    async ofChannels(viewer: Viewer, request: MetricsRequest): Promise<ChannelMetrics[]> {
      await assertReadable(viewer, request.channelIds);
      const { from, to, step } = wholeIntervals(request);
      const span: MetricSpan = { ...request, from, to };
      const [totals, users, refusals] = await Promise.all([
        metricTotals(database.read, span),
        distinctUsers(span),
        refusalsBetween(database.read, span.channelIds, Math.floor(from / HOUR) * HOUR, to),
      ]);
      const totalOf = new Map(totals.map((sum) => [sum.channelId, sum]));
      let series: Promise<(channelId: string) => MetricPoint[]> | undefined;
      return span.channelIds.map((channelId) => ({
        channelId,
        total: { ...toPoint(totalOf.get(channelId), from), users: users.get(channelId) ?? 0 },
        points: (to - from) / step,
        async series() {
          series ??= seriesOf(span, step);
          return (await series)(channelId);
        },
        refusals: refusals.get(channelId) ?? [],
      }));
    },

    /** Metrics of bots together. NOT_FOUND for a bot that the viewer may not read, BAD_USER_INPUT as above. */
    async ofBots(viewer: Viewer, request: BotsMetricsRequest): Promise<BotsMetrics> {
      const hidden = request.botIds?.find((id) => !may(viewer, 'read', id));
      if (hidden !== undefined) throw notFound('bot', hidden);
      const botIds = request.botIds ?? readableBots(viewer);
      const { from, to, step } = wholeIntervals(request);
      const span = { accountId: viewer.accountId, botIds, interval: request.interval, from, to };
      const [bots, sums] = await Promise.all([
        metricTotalsByBot(database.read, span, MOST_BOTS),
        metricSumsOfBots(database.read, span),
      ]);
      const at = new Map(sums.map((sum) => [sum.start, sum]));
      const series = startsIn(span, step).map((start) => toPoint(at.get(start), start));
      return {
        total: toPoint(
          sums.reduce<Sums | undefined>((all, sum) => (all ? plus(all, sum) : sum), undefined),
          from,
        ),
        points: series.length,
        series: async () => series,
        bots: bots.map(({ botId, ...sum }) => ({ botId, total: toPoint(sum, from) })),
      };
    },
  };

  /** NOT_FOUND for channels of bots that the viewer may not read. */
  async function assertReadable(viewer: Viewer, channelIds: readonly string[]): Promise<void> {
    if (readableBots(viewer) === null) return;
    const channels = await findChannels(database.read, viewer.accountId, channelIds);
    const readable = new Set(channels.filter(({ botId }) => may(viewer, 'read', botId)).map(({ id }) => id));
    const hidden = channelIds.find((id) => !readable.has(id));
    if (hidden !== undefined) throw notFound('channel', hidden);
  }

  /** Gives every point of a channel, also those without events. */
  async function seriesOf(span: MetricSpan, step: number): Promise<(channelId: string) => MetricPoint[]> {
    const [sums, users] = await Promise.all([
      metricSums(database.read, span),
      span.interval === 'DAY' ? usersByDay(database.read, span) : usersByStep(database.read, span, step),
    ]);
    const sumOf = new Map(sums.map((sum) => [`${sum.channelId} ${sum.start}`, sum]));
    const starts = startsIn(span, step);
    const pointOf = (channelId: string, start: number) => {
      const key = `${channelId} ${start}`;
      return { ...toPoint(sumOf.get(key), start), users: users.get(key) ?? 0 };
    };
    return (channelId) => starts.map((start) => pointOf(channelId, start));
  }

  /** Whole days are counted from the days' lists, which outlive the messages; anything else from the messages. */
  async function distinctUsers(span: MetricSpan): Promise<Map<string, number>> {
    const { channelIds, from, to } = span;
    if (from % DAY === 0 && to % DAY === 0) return usersBetween(database.read, channelIds, from, to);
    const users = await usersByStep(database.read, span, to - from);
    return new Map(channelIds.map((id) => [id, users.get(`${id} ${from}`) ?? 0]));
  }
}

/** BAD_USER_INPUT (`interval`) when a series would be too long. */
function wholeIntervals({ interval, ...asked }: Omit<MetricsRequest, 'channelIds'>) {
  const step = INTERVAL_MS[interval];
  const from = Math.floor(asked.from / step) * step;
  const to = Math.ceil(asked.to / step) * step;
  if ((to - from) / step > MAX_POINTS)
    throw badInput(
      'interval',
      `This would be more than ${MAX_POINTS} points. Take a longer interval or a shorter time.`,
    );
  return { from, to, step };
}

const startsIn = ({ from, to }: { from: number; to: number }, step: number): number[] =>
  Array.from({ length: (to - from) / step }, (_, index) => from + index * step);

/** Both together. */
function toPoint(sum: Sums | undefined, from: number): JointPoint {
  const histogram = sum?.responseTimes ?? [];
  return {
    from,
    messagesIn: sum?.messagesIn ?? 0,
    messagesOut: sum?.messagesOut ?? 0,
    sessionsStarted: sum?.sessionsStarted ?? 0,
    refused: sum?.refused ?? 0,
    failed: sum?.failed ?? 0,
    deliveriesSucceeded: sum?.deliveriesSucceeded ?? 0,
    deliveriesDead: sum?.deliveriesDead ?? 0,
    responseTimeP50Ms: percentile(histogram, 0.5),
    responseTimeP95Ms: percentile(histogram, 0.95),
  };
}

/** By linear interpolation within the bucket; of the open last one its lower bound. */
export function percentile(histogram: readonly number[], share: number): number | null {
  const count = histogram.reduce((sum, part) => sum + part, 0);
  if (count === 0) return null;
  let below = 0;
  for (const [bucket, inBucket] of histogram.entries()) {
    const lower = RESPONSE_TIME_BOUNDS[bucket - 1] ?? 0;
    const upper = RESPONSE_TIME_BOUNDS[bucket] ?? lower;
    if (below + inBucket >= share * count) return lower + ((upper - lower) * (share * count - below)) / inBucket;
    below += inBucket;
  }
  return null;
}
