import { graphql } from '../../api/.generated/gql';
import type { ChannelMetricsQuery } from '../../api/.generated/graphql';

export const CHANNEL_METRICS = graphql(`
  query ChannelMetrics($botId: ID!, $channelIds: [ID!], $from: DateTime!, $to: DateTime!, $interval: MetricInterval!) {
    channelMetrics(botId: $botId, channelIds: $channelIds, from: $from, to: $to, interval: $interval) {
      channel {
        id
        name
        type
        endpoint {
          state
          since
          lastError
          dead
        }
      }
      total {
        messagesIn
        messagesOut
        sessionsStarted
        users
        refused
        failed
        deliveriesSucceeded
        deliveriesDead
        responseTimeP50Ms
        responseTimeP95Ms
      }
      refusals {
        reason
        fault
        count
      }
      series {
        from
        messagesIn
        messagesOut
        sessionsStarted
        users
        refused
        failed
        deliveriesSucceeded
        deliveriesDead
        responseTimeP50Ms
        responseTimeP95Ms
      }
    }
  }
`);

export type OneChannelMetrics = ChannelMetricsQuery['channelMetrics'][number];
export type Measure = keyof Omit<OneChannelMetrics['total'], '__typename'>;
/** Users are counted by channel only. */
export type Figures = Partial<Record<Measure, number | null>>;
/** What the charts show: one of these a channel, or one for all bots. */
export interface Measured {
  total: Figures;
  series: readonly (Figures & { from: string })[];
}

export const BOT_METRICS = graphql(`
  query BotMetrics($botIds: [ID!], $from: DateTime!, $to: DateTime!, $interval: MetricInterval!) {
    botMetrics(botIds: $botIds, from: $from, to: $to, interval: $interval) {
      total {
        ...JointFigures
      }
      series {
        ...JointFigures
      }
      bots {
        bot {
          id
          name
        }
        total {
          ...JointFigures
        }
      }
    }
  }
  fragment JointFigures on BotMetricPoint {
    from
    messagesIn
    messagesOut
    sessionsStarted
    refused
    failed
    deliveriesSucceeded
    deliveriesDead
    responseTimeP50Ms
    responseTimeP95Ms
  }
`);
