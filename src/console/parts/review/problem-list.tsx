import { ExclamationTriangleIcon, XCircleIcon } from '@heroicons/react/24/outline';
import { Group, Stack, Text } from '@mantine/core';

interface ShownProblem {
  severity: 'ERROR' | 'WARNING';
  text: string;
  name?: string;
  line: number | null;
  column: number | null;
}

/** What is wrong with what was written, each with its place. */
export function ProblemList({ problems, named = false }: { problems: readonly ShownProblem[]; named?: boolean }) {
  if (problems.length === 0) return null;
  return (
    <Stack component="ul" gap={4} m={0} p={0} style={{ listStyle: 'none' }} aria-label="Problems">
      {problems.map((problem, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is drawn anew as a whole
        <Group component="li" key={at} gap={6} wrap="nowrap" align="start">
          <Mark severity={problem.severity} />
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {named && problem.name ? `${problem.name}: ` : ''}
            {problem.text}
            {problem.line !== null && ` Line ${problem.line}, column ${problem.column}.`}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}

function Mark({ severity }: Pick<ShownProblem, 'severity'>) {
  const [Icon, color, word] =
    severity === 'ERROR'
      ? ([XCircleIcon, 'var(--mantine-color-error)', 'Error'] as const)
      : ([ExclamationTriangleIcon, 'var(--mantine-color-text)', 'Warning'] as const);
  return (
    <Group gap={4} wrap="nowrap" style={{ flexShrink: 0 }}>
      <Icon width={18} aria-hidden style={{ color }} />
      <Text size="sm" fw={600} style={{ color }}>
        {word}
      </Text>
    </Group>
  );
}

/** "2 errors, 1 warning"; empty for none. */
export function countOf(problems: readonly Pick<ShownProblem, 'severity'>[]): string {
  const errors = problems.filter(({ severity }) => severity === 'ERROR').length;
  const warnings = problems.length - errors;
  const words = (count: number, noun: string) => (count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]);
  return [...words(errors, 'error'), ...words(warnings, 'warning')].join(', ');
}
