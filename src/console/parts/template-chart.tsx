import { Box, Group, Progress, Stack, Text } from '@mantine/core';
import { type Part, type Slice, series } from './template-parts';

const COLORS = ['hook.6', 'teal.6', 'orange.6', 'grape.6', 'red.6', 'lime.7', 'cyan.7', 'pink.6'];

/** The numbers of a chart as bars with their values beside them: a preview, legible without colour. */
export function TemplateChart({ kind, payload }: { kind: string; payload: Part }) {
  const { axis, slices } = series(payload);
  const bars = kind === 'piechart' ? shares(slices) : slices.flatMap((slice, at) => columns(slice, axis, at));
  const most = Math.max(...bars.map(({ value }) => value), 1);
  return (
    <Stack gap={6} miw={220}>
      {bars.map(({ name, value, slice, label }) => (
        <Box key={name}>
          <Group justify="space-between" gap="xs">
            <Text size="xs">{name}</Text>
            <Text size="xs">{label}</Text>
          </Group>
          <Progress aria-label={name} value={(value / most) * 100} color={COLORS[slice % COLORS.length] ?? 'hook'} />
        </Box>
      ))}
    </Stack>
  );
}

interface Bar {
  name: string;
  value: number;
  label: string;
  /** Which of the chart's elements it belongs to. */
  slice: number;
}

function shares(slices: Slice[]): Bar[] {
  const whole = slices.reduce((sum, { values }) => sum + (values[0] ?? 0), 0) || 1;
  return slices.map(({ title, values }, slice) => {
    const value = values[0] ?? 0;
    return { name: title, value, slice, label: `${value} (${Math.round((value / whole) * 100)} %)` };
  });
}

const columns = ({ title, values }: Slice, axis: string[], slice: number): Bar[] =>
  values.map((value, at) => ({ name: `${title} · ${axis[at] ?? at + 1}`, value, slice, label: String(value) }));
