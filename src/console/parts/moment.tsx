import { Text } from '@mantine/core';

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

interface MomentProps {
  at: string | null | undefined;
  /** What is said of a moment that has passed, where one to come is meant. */
  passed?: string;
}

/** How long ago, or in how long, with the exact time in its tooltip; a dash for never. */
export function Moment({ at, passed }: MomentProps) {
  if (!at) return <Text span>–</Text>;
  const date = new Date(at);
  const seconds = (date.getTime() - Date.now()) / 1000;
  return (
    <time dateTime={at} title={date.toLocaleString()}>
      {passed !== undefined && seconds <= 0 ? passed : relative(seconds)}
    </time>
  );
}

function relative(seconds: number): string {
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (step) return RELATIVE.format(Math.trunc(seconds / step[1]), step[0]);
  return seconds >= 1 ? RELATIVE.format(Math.trunc(seconds), 'second') : 'just now';
}
