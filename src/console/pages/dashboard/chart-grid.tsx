import { Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { CHARTS, type ChartSpec, pointsOf, totalOf } from './charts';
import type { Measured } from './metrics-query';

const LineChart = lazy(async () => ({ default: (await import('./line-chart')).LineChart }));

/** The charts of what was measured; those of which nothing is measured are left out. */
export function ChartGrid({ metrics }: { metrics: readonly Measured[] }) {
  const measured = CHARTS.filter(({ lines }) =>
    lines.some(({ measure }) => metrics.some(({ total }) => measure in total)),
  );
  return (
    <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
      {measured.map((spec) => (
        <Chart key={spec.title} spec={spec} metrics={metrics} />
      ))}
    </SimpleGrid>
  );
}

function Chart({ spec, metrics }: { spec: ChartSpec; metrics: readonly Measured[] }) {
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
