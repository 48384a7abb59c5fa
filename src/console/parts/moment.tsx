import { Text } from '@mantine/core';

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago or ahead, with the exact time in its tooltip; a dash for never. */
export function Moment({ at }: { at: string | null | undefined }) {
  if (!at) return <Text span>–</Text>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={date.toLocaleString()}>
      {relative((date.getTime() - Date.now()) / 1000)}
    </time>
  );
}

function relative(seconds: number): string {
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (step) return RELATIVE.format(Math.trunc(seconds / step[1]), step[0]);
  return seconds >= 1 ? RELATIVE.format(Math.trunc(seconds), 'second') : 'just now';
}
