import { ExclamationTriangleIcon } from '@heroicons/react/24/outline';
import { Alert, Button, Group, Text } from '@mantine/core';
import type { Problem } from '../api/problem';

/** What went wrong, where it went wrong. Says so to screen readers at once. */
export function ProblemNotice({ problem, onRetry }: { problem: Problem | null; onRetry?: () => void }) {
  if (problem === null || problem.code === 'UNAUTHENTICATED') return null;
  return (
    <Alert role="alert" color="red" variant="outline" icon={<ExclamationTriangleIcon width={24} aria-hidden />}>
      <Group justify="space-between" gap="sm">
        <Text size="sm">{problem.message}</Text>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
