import { Stack } from '@mantine/core';
import { useData } from '../../api/use-data';
import { CallbackTrouble } from '../../parts/callback-trouble';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { ChartGrid } from './chart-grid';
import { FigureTable } from './figure-table';
import { CHANNEL_METRICS } from './metrics-query';
import { RefusalTable } from './refusal-table';
import type { Range } from './use-date-range';

interface ChannelMetricsProps {
  botId: string;
  /** Null: all channels of the bot. */
  channelIds: string[] | null;
  range: Range;
}

/** The charts of some channels over a range, and the totals of each. */
export function ChannelMetrics({ botId, channelIds, range }: ChannelMetricsProps) {
  const { from, to, interval } = range;
  const { data, problem, refresh } = useData(CHANNEL_METRICS, { botId, channelIds, from, to, interval });
  const metrics = data?.channelMetrics;
  if (problem && !metrics) return <ProblemNotice problem={problem} onRetry={refresh} />;
  if (!metrics) return <Waiting />;
  if (metrics.length === 0) return <Nothing title="No channel to measure" />;
  return (
    <Stack mt="md">
      <ChartGrid metrics={metrics} />
      <FigureTable
        head="Channel"
        rows={metrics.map(({ channel, total }) => ({
          key: channel.id,
          name: (
            <>
              {channel.name} ({channel.type})
              <CallbackTrouble botId={botId} channel={channel} />
            </>
          ),
          total,
          where: { botId, channelId: channel.id },
        }))}
        range={range}
      />
      <RefusalTable
        refusals={metrics.flatMap(({ channel, refusals }) =>
          refusals.map((refusal) => ({ ...refusal, channelId: channel.id, channel: channel.name })),
        )}
      />
    </Stack>
  );
}
