import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { ChannelTotals } from './channel-totals';
import { CHARTS, type ChartSpec, pointsOf, totalOf } from './charts';
import { CHANNEL_METRICS, type OneChannelMetrics } from './metrics-query';
import type { Range } from './use-date-range';

const LineChart = lazy(async () => ({ default: (await import('./line-chart')).LineChart }));

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
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {CHARTS.map((spec) => (
          <Chart key={spec.title} spec={spec} metrics={metrics} />
        ))}
      </SimpleGrid>
      <ChannelTotals botId={botId} metrics={metrics} />
    </Stack>
  );
}

function Chart({ spec, metrics }: { spec: ChartSpec; metrics: OneChannelMetrics[] }) {
  const points = useMemo(() => pointsOf(metrics, spec), [metrics, spec]);
  const total = (measure: ChartSpec['lines'][number]['measure']) => {
    const value = totalOf(metrics, measure);
    return value === null ? '–' : `${Math.round(value).toLocaleString()} ${spec.unit}`;
  };
  return (
    <Paper withBorder p="md" component="section" aria-label={spec.title}>
      <Title order={2} size="h6">
        {spec.title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {spec.lines.map(({ measure, name }) => `${name}: ${total(measure)}`).join(' · ')}
      </Text>
      <Suspense fallback={<div style={{ height: 200 }} />}>
        <LineChart spec={spec} points={points} />
      </Suspense>
    </Paper>
  );
}
