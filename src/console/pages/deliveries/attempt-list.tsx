import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { type Attempt, AttemptView } from './attempt-view';

/** Attempts that are drawn at once: hundreds of them, as an endpoint that is down all day brings, would stop the page. */
const AT_ONCE = 10;

/** Attempts of a delivery, the last one first; the earlier ones when asked for. */
export function AttemptList({ attempts, payload }: { attempts: readonly Attempt[]; payload: unknown }) {
  const [shown, setShown] = useState(AT_ONCE);
  const earlier = attempts.length - shown;
  return (
    <>
      {attempts.length === 0 && <Text size="sm">None yet.</Text>}
      {attempts
        .slice(-shown)
        .reverse()
        .map((attempt) => (
          <AttemptView key={attempt.number} attempt={attempt} payload={payload} />
        ))}
      {earlier > 0 && (
        <Group gap="md">
          <Text size="sm" c="dimmed">
            {earlier.toLocaleString()} earlier
          </Text>
          <Button size="xs" variant="default" onClick={() => setShown(shown + AT_ONCE)}>
            Show earlier attempts
          </Button>
        </Group>
      )}
    </>
  );
}
