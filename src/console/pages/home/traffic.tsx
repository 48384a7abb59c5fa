import { Anchor, Paper, Text, Title } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { Link } from 'wouter';
import type { ChartSpec } from '../dashboard/charts';
import type { Attention } from './home-query';

const LineChart = lazy(async () => ({ default: (await import('../dashboard/line-chart')).LineChart }));

const SPEC: ChartSpec = {
  title: 'Messages of the last day',
  unit: '',
  lines: [
    { measure: 'messagesIn', name: 'In' },
    { measure: 'messagesOut', name: 'Out' },
  ],
};

/** What was said within the last day, over all channels. */
export function Traffic({ traffic }: { traffic: Attention['traffic'] }) {
  const points = useMemo(
    () => [
      traffic.map(({ from }) => new Date(from).getTime() / 1000),
      traffic.map(({ messagesIn }) => messagesIn),
      traffic.map(({ messagesOut }) => messagesOut),
    ],
    [traffic],
  );
  const sum = (key: 'messagesIn' | 'messagesOut' | 'failed') =>
    traffic.reduce((total, hour) => total + hour[key], 0).toLocaleString();
  return (
    <Paper withBorder p="md" component="section" aria-label={SPEC.title}>
      <Title order={2} size="h5">
        {SPEC.title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        In: {sum('messagesIn')} · Out: {sum('messagesOut')} · Failed: {sum('failed')} ·{' '}
        <Anchor component={Link} href="/dashboard" size="sm" underline="always">
          Dashboard
        </Anchor>
      </Text>
      <Suspense fallback={<div style={{ height: 200 }} />}>
        <LineChart spec={SPEC} points={points} />
      </Suspense>
    </Paper>
  );
}
