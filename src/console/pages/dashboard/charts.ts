import type { Measure, Measured } from './metrics-query';

export interface ChartSpec {
  title: string;
  unit: string;
  lines: { measure: Measure; name: string }[];
}

export const CHARTS: ChartSpec[] = [
  {
    title: 'Messages',
    unit: '',
    lines: [
      { measure: 'messagesIn', name: 'In' },
      { measure: 'messagesOut', name: 'Out' },
    ],
  },
  { title: 'Sessions started', unit: '', lines: [{ measure: 'sessionsStarted', name: 'Sessions' }] },
  { title: 'Users', unit: '', lines: [{ measure: 'users', name: 'Users' }] },
  {
    title: 'Response time',
    unit: 'ms',
    lines: [
      { measure: 'responseTimeP50Ms', name: 'Median' },
      { measure: 'responseTimeP95Ms', name: '95th percentile' },
    ],
  },
  {
    title: 'Failures',
    unit: '',
    lines: [
      { measure: 'failed', name: 'Engine failed' },
      { measure: 'refused', name: 'Refused' },
    ],
  },
  {
    title: 'Deliveries',
    unit: '',
    lines: [
      { measure: 'deliveriesSucceeded', name: 'Delivered' },
      { measure: 'deliveriesDead', name: 'Given up' },
    ],
  },
];

/** Times in seconds and one list of values a line: the shape of uPlot. Counts add up over channels; of times the worst is shown. */
export function pointsOf(metrics: readonly Measured[], { lines }: ChartSpec): (number | null)[][] {
  const times = [...new Set(metrics.flatMap(({ series }) => series.map(({ from }) => from)))].sort();
  const at = new Map(times.map((time, index) => [time, index]));
  const columns = lines.map(({ measure }) => {
    const column: (number | null)[] = times.map(() => (isTime(measure) ? null : 0));
    for (const point of metrics.flatMap(({ series }) => series)) {
      const index = at.get(point.from) ?? 0;
      column[index] = together(measure, column[index] ?? null, point[measure] ?? null);
    }
    return column;
  });
  return [times.map((time) => new Date(time).getTime() / 1000), ...columns];
}

/** Over all channels and the whole range. */
export const totalOf = (metrics: readonly Measured[], measure: Measure): number | null =>
  metrics.reduce<number | null>(
    (sum, { total }) => together(measure, sum, total[measure] ?? null),
    isTime(measure) ? null : 0,
  );

const isTime = (measure: Measure): boolean => measure.startsWith('responseTime');

function together(measure: Measure, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return isTime(measure) ? Math.max(a, b) : a + b;
}
