import { Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { TurnQuery } from '../../api/.generated/graphql';
import { Moment } from '../../parts/moment';
import { StateBadge } from '../../parts/state-badge';
import { DELIVERY_STATES } from '../../parts/words';

type TurnDelivery = NonNullable<TurnQuery['turn']>['deliveries'][number];

interface TurnCallbacksProps {
  deliveries: TurnDelivery[];
  /** When the message came. */
  at: string;
  deliveriesPath: string;
}

/** Each message of a turn on its way to the POST URL, with every attempt. */
export function TurnCallbacks({ deliveries, at, deliveriesPath }: TurnCallbacksProps) {
  const began = new Date(at).getTime();
  return (
    <Stack gap="sm">
      {deliveries.map((delivery, index) => (
        <Paper key={delivery.id} withBorder p="sm">
          <Group justify="space-between" gap="xs">
            <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
              Callback {index + 1} of {deliveries.length}
            </Text>
            <StateBadge label={DELIVERY_STATES[delivery.status]} />
          </Group>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {delivery.id}
          </Text>
          {delivery.attempts.length === 0 && <Text size="sm">Not tried yet.</Text>}
          <ol aria-label={`Attempts of callback ${index + 1}`} style={{ margin: '8px 0 0', paddingInlineStart: 20 }}>
            {delivery.attempts.map((attempt) => (
              <li key={attempt.number}>
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {attempt.statusCode ? `Answered ${attempt.statusCode}` : 'No answer'} after {attempt.durationMs} ms,
                  sent {Math.max(0, new Date(attempt.startedAt).getTime() - began).toLocaleString()} ms after the
                  message came
                  {attempt.error && `: ${attempt.error}`}
                </Text>
              </li>
            ))}
          </ol>
          {delivery.status === 'PENDING' && (
            <Text size="sm">
              Next attempt: <Moment at={delivery.nextAttemptAt} passed="when its turn comes" />
            </Text>
          )}
        </Paper>
      ))}
      <Anchor component={Link} href={deliveriesPath} size="sm">
        All deliveries of this channel
      </Anchor>
    </Stack>
  );
}
