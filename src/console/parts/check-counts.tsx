import { Group, Progress, Stack, Text } from '@mantine/core';

interface Counts {
  turns: number;
  alike: number;
  accepted: number;
  different: number;
  failing: number;
  unknown: number;
  tests?: { passed: number; failed: number; unknown: number };
}

const COLORS = { alike: 'green', accepted: 'teal', different: 'orange', failing: 'red', unknown: 'gray' } as const;
type Outcome = keyof typeof COLORS;
const OUTCOMES = Object.keys(COLORS) as Outcome[]; // its keys are the type

/** What a check found, as a bar and in words that say the same. */
export function CheckCounts({ check }: { check: Counts }) {
  const share = (outcome: Outcome) => (check.turns === 0 ? 0 : (100 * check[outcome]) / check.turns);
  const { passed = 0, failed = 0, unknown = 0 } = check.tests ?? {};
  return (
    <Stack gap={6}>
      <Progress.Root size="lg" aria-hidden>
        {OUTCOMES.map((outcome) => (
          <Progress.Section key={outcome} value={share(outcome)} color={COLORS[outcome]} />
        ))}
      </Progress.Root>
      <Group gap="md">
        <Text size="sm">{check.turns.toLocaleString()} turns</Text>
        {OUTCOMES.filter((outcome) => check[outcome] > 0).map((outcome) => (
          <Text key={outcome} size="sm" fw={600}>
            {`${check[outcome].toLocaleString()} ${outcome} (${inPercent(share(outcome))})`}
          </Text>
        ))}
        {passed + failed + unknown > 0 && (
          <Text size="sm">{`Tests: ${passed} passed, ${failed} failed, ${unknown} unknown`}</Text>
        )}
      </Group>
    </Stack>
  );
}

/** Little is not nothing. */
const inPercent = (share: number): string =>
  share > 0 && share < 0.1 ? '< 0.1 %' : `${Math.round(share * 10) / 10} %`;
