import { badInput } from '../errors.js';
import {
  INTERVAL_MS,
  type MetricInterval,
  type MetricSpan,
  type MetricSum,
  metricSums,
  RESPONSE_TIME_BOUNDS,
  refusalsBetween,
  usersBetween,
  usersByDay,
  usersByStep,
} from '../store/channel-metrics.js';
import type { Database } from '../store/database.js';
import { DAY, HOUR } from '../time.js';
import { assertMay, type Viewer } from './access.js';

export interface MetricPoint {
  /** Milliseconds since the epoch. */
  from: number;
  messagesIn: number;
  messagesOut: number;
  sessionsStarted: number;
  /** Distinct (channel, user) pairs. */
  users: number;
  refused: number;
  failed: number;
  deliveriesSucceeded: number;
  deliveriesDead: number;
  responseTimeP50Ms: number | null;
  responseTimeP95Ms: number | null;
}

export interface ChannelMetrics {
  channelId: string;
  total: MetricPoint;
  series: MetricPoint[];
  refusals: { reason: string; count: number }[];
}

export interface MetricsRequest {
  channelIds: readonly string[];
  from: number;
  to: number;
  interval: MetricInterval;
}

/** Of one series; a dashboard draws no more. */
const MAX_POINTS = 2_000;

/** What happened on channels. `from` and `to` are rounded outwards to whole intervals. */
export function createMetrics({ database }: { database: Pick<Database, 'read'> }) {
  return {
    /** In the order asked. BAD_USER_INPUT (`interval`) when a series would be too long. */
    async ofChannels(viewer: Viewer, request: MetricsRequest): Promise<ChannelMetrics[]> {
      assertMay(viewer, 'read');
      const step = INTERVAL_MS[request.interval];
      const from = Math.floor(request.from / step) * step;
      const to = Math.ceil(request.to / step) * step;
      if ((to - from) / step > MAX_POINTS)
        throw badInput(
          'interval',
          `This would be more than ${MAX_POINTS} points. Take a longer interval or a shorter time.`,
        );
      const span: MetricSpan = { ...request, from, to };
      const [sums, usersOfTotal, usersOfPoint, refusals] = await Promise.all([
        metricSums(database.read, span),
        distinctUsers(span),
        request.interval === 'DAY' ? usersByDay(database.read, span) : usersByStep(database.read, span, step),
        refusalsBetween(database.read, span.channelIds, Math.floor(from / HOUR) * HOUR, to),
      ]);
      const byChannel = new Map<string, Map<number, MetricSum>>();
      for (const sum of sums) {
        const series = byChannel.get(sum.channelId);
        if (series) series.set(sum.start, sum);
        else byChannel.set(sum.channelId, new Map([[sum.start, sum]]));
      }
      const starts = Array.from({ length: (to - from) / step }, (_, index) => from + index * step);
      return span.channelIds.map((channelId) => {
        const series = byChannel.get(channelId) ?? new Map<number, MetricSum>();
        return {
          channelId,
          total: toPoint([...series.values()], from, usersOfTotal.get(channelId) ?? 0),
          series: starts.map((start) => {
            const sum = series.get(start);
            return toPoint(sum ? [sum] : [], start, usersOfPoint.get(`${channelId} ${start}`) ?? 0);
          }),
          refusals: Object.entries(refusals.get(channelId) ?? {}).map(([reason, count]) => ({ reason, count })),
        };
      });
    },
  };

  /** Whole days are counted from the days' lists, which outlive the messages; anything else from the messages. */
  async function distinctUsers(span: MetricSpan): Promise<Map<string, number>> {
    const { channelIds, from, to } = span;
    if (from % DAY === 0 && to % DAY === 0) return usersBetween(database.read, channelIds, from, to);
    const users = await usersByStep(database.read, span, to - from);
    return new Map(channelIds.map((id) => [id, users.get(`${id} ${from}`) ?? 0]));
  }
}

function toPoint(sums: readonly MetricSum[], from: number, users: number): MetricPoint {
  const total = (key: Exclude<keyof MetricSum, 'channelId' | 'responseTimes'>) =>
    sums.reduce((sum, part) => sum + part[key], 0);
  const histogram = RESPONSE_TIME_BOUNDS.concat(Number.POSITIVE_INFINITY).map((_, bucket) =>
    sums.reduce((sum, part) => sum + (part.responseTimes[bucket] ?? 0), 0),
  );
  return {
    from,
    messagesIn: total('messagesIn'),
    messagesOut: total('messagesOut'),
    sessionsStarted: total('sessionsStarted'),
    users,
    refused: total('refused'),
    failed: total('failed'),
    deliveriesSucceeded: total('deliveriesSucceeded'),
    deliveriesDead: total('deliveriesDead'),
    responseTimeP50Ms: percentile(histogram, 0.5),
    responseTimeP95Ms: percentile(histogram, 0.95),
  };
}

/** By linear interpolation within the bucket; of the open last one its lower bound. */
function percentile(histogram: readonly number[], share: number): number | null {
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
