import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { ChartSpec } from './charts';

const HEIGHT = 200;
// Told apart by the dash as well as by the colour.
const STROKES = {
  light: ['#2f5d8a', '#b3541e'],
  dark: ['#82afd4', '#f0a36b'],
};
const DASHES = [[], [6, 4]];

interface LineChartProps {
  spec: ChartSpec;
  points: (number | null)[][];
}

/** The canvas of one chart; the figures are in the table and the totals beside it, where a screen reader finds them. */
export function LineChart({ spec, points }: LineChartProps) {
  const scheme = useComputedColorScheme('light');
  const { ref, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current || width === 0) return;
    const ink = scheme === 'dark' ? '#b3b9c0' : '#525960';
    const grid = scheme === 'dark' ? '#33373c' : '#e6eaee';
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid } };
    const chart = new uPlot(
      {
        width,
        height: HEIGHT,
        legend: { live: true },
        cursor: { drag: { x: false, y: false } },
        axes: [axis, { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString()) }],
        scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] } },
        series: [
          {},
          ...spec.lines.map(({ name }, at) => ({
            label: name,
            stroke: STROKES[scheme][at] ?? ink,
            width: 2,
            dash: DASHES[at] ?? [],
            points: { show: true, size: 6, filter: (_: uPlot, line: number) => alone(points[line] ?? []) },
            value: (_: uPlot, value: number | null) => (value === null ? '–' : `${round(value)} ${spec.unit}`),
          })),
        ],
      },
      points as uPlot.AlignedData, // its first list holds no null
      host.current,
    );
    return () => chart.destroy();
  }, [spec, points, scheme, width]);
  return (
    <div ref={ref} style={{ minHeight: HEIGHT }}>
      <div ref={host} aria-hidden />
    </div>
  );
}

/** Where a value has none beside it, so that no line shows it. */
const alone = (values: (number | null)[]): number[] =>
  values.flatMap((value, at) => {
    const beside = (values[at - 1] ?? null) !== null || (values[at + 1] ?? null) !== null;
    return value === null || beside ? [] : [at];
  });

const round = (value: number): string => (Math.round(value * 10) / 10).toLocaleString();
