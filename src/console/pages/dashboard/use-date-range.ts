import { useState } from 'react';
import type { MetricInterval } from '../../api/.generated/graphql';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type Span = '1h' | '24h' | '7d' | '30d' | 'custom';

export const SPANS: { value: Span; label: string }[] = [
  { value: '1h', label: 'Hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: 'custom', label: 'Custom' },
];

const LENGTHS: Record<Exclude<Span, 'custom'>, number> = { '1h': HOUR, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY };

export interface Range {
  span: Span;
  from: string;
  to: string;
  interval: MetricInterval;
  /** Days of a custom range, as date inputs write them. */
  days: { from: string; to: string };
  setSpan(span: Span): void;
  setDays(days: { from: string; to: string }): void;
  /** Up to this moment. */
  renew(): void;
}

/** From when to when, as the address says, and how long a point of the charts is: at most some two hundred points. */
export function useDateRange(): Range {
  const { text, set } = useFieldsInAddress(['span', 'from', 'to']);
  const [now, setNow] = useState(Date.now);
  const span = SPANS.find(({ value }) => value === text.span)?.value ?? '24h';
  const days = { from: text.from ?? day(now - 7 * DAY), to: text.to ?? day(now) };
  const custom = span === 'custom';
  const from = custom ? startOf(days.from) : now - LENGTHS[span];
  const to = custom ? Math.max(startOf(days.to) + DAY, from + HOUR) : now;
  return {
    span,
    ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    interval: intervalFor(to - from),
    days,
    setSpan: (span) => set({ span, from: '', to: '' }),
    setDays: set,
    renew: () => setNow(Date.now()),
  };
}

function intervalFor(length: number): MetricInterval {
  if (length <= 3 * HOUR) return 'MINUTE';
  return length <= 8 * DAY ? 'HOUR' : 'DAY';
}

/** 2026-11-22, in the time zone of whoever looks. */
const day = (at: number): string => {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
};

/** An empty date input counts as today. */
const startOf = (text: string): number => new Date(`${text || day(Date.now())}T00:00:00`).getTime();
