import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { ConfirmButton } from '../../parts/confirm-button';
import { Moment } from '../../parts/moment';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { SubscriptionDialog, type SubscriptionNode } from './subscription-dialog';
import { FORMATS, TOPICS } from './words';

const TEST = graphql(`
  mutation TestAlertSubscription($id: ID!) {
    testAlertSubscription(id: $id) {
      id
      lastSentAt
      lastError
    }
  }
`);

const DELETE = graphql(`
  mutation DeleteAlertSubscription($id: ID!) {
    deleteAlertSubscription(id: $id)
  }
`);

interface SubscriptionCardProps {
  subscription: SubscriptionNode;
  /** Somebody else has changed it. */
  onStale(): void;
}

export function SubscriptionCard({ subscription, onStale }: SubscriptionCardProps) {
  const { id, name, topics, format, target, enabled, lastSentAt, lastError } = subscription;
  const [editing, setEditing] = useState(false);
  const test = useChange(TEST);
  const remove = useChange(DELETE);
  const sendTest = async () => {
    const done = await test.run({ id });
    const sentAt = done?.testAlertSubscription.lastSentAt;
    if (done && sentAt !== lastSentAt && !done.testAlertSubscription.lastError)
      told(`The test of “${name}” was taken.`);
  };
  return (
    <Paper component="article" withBorder p="md" aria-label={`Subscription ${name}`}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <Title order={2} size="h4">
              {name}
            </Title>
            <Badge variant="light">{FORMATS[format].name}</Badge>
            {!enabled && (
              <Badge variant="outline" color="gray">
                Disabled
              </Badge>
            )}
          </Group>
          <Group gap="xs">
            <Button
              variant="default"
              size="xs"
              loading={test.running}
              disabled={!enabled}
              onClick={() => void sendTest()}
            >
              Send test
            </Button>
            <Button variant="default" size="xs" onClick={() => setEditing(true)}>
              Edit
            </Button>
            <ConfirmButton
              size="xs"
              color="red"
              variant="outline"
              action="Delete"
              aria-label={`Delete ${name}`}
              consequence={`“${name}” is told of nothing any more; what waits for it is not sent.`}
              problem={remove.problem}
              onConfirm={async () => Boolean(await remove.run({ id }))}
            />
          </Group>
        </Group>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {target}
        </Text>
        <Text size="sm" c="dimmed">
          {topics.map((topic) => TOPICS[topic]).join(' · ')}
        </Text>
        <Text size="sm" component="div">
          Last sent: <Moment at={lastSentAt} />
        </Text>
        {lastError && (
          <Text size="sm" role="status">
            The latest attempt failed: {lastError}
          </Text>
        )}
        <ProblemNotice problem={test.problem} />
      </Stack>
      <SubscriptionDialog opened={editing} saved={subscription} onStale={onStale} onClose={() => setEditing(false)} />
    </Paper>
  );
}
