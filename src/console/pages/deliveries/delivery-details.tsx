import { Anchor, Button, Drawer, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { DeliveriesQuery } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useRights } from '../../api/use-viewer';
import { CodeBlock } from '../../parts/code-block';
import { HiddenText } from '../../parts/hidden-text';
import { Moment } from '../../parts/moment';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';

export type DeliveryNode = DeliveriesQuery['deliveries']['edges'][number]['node'];

export const REPLAY = graphql(`
  mutation ReplayDelivery($id: ID!) {
    replayDelivery(id: $id) {
      id
      status
    }
  }
`);

/** What was sent, and how each attempt went. */
export function DeliveryDetails({ delivery }: { delivery: DeliveryNode }) {
  const { mayBuild } = useRights();
  const [open, setOpen] = useState(false);
  const { run, running, problem } = useChange(REPLAY);
  const replay = async () => {
    if (await run({ id: delivery.id })) told('The delivery is sent again, under the same id.');
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)} aria-label={`Details of ${delivery.id}`}>
        Details
      </Button>
      <Drawer
        opened={open}
        onClose={() => setOpen(false)}
        position="right"
        size="lg"
        title="Delivery"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          {mayBuild && delivery.status !== 'PENDING' && (
            <Group>
              <Button loading={running} onClick={() => void replay()}>
                Replay
              </Button>
            </Group>
          )}
          <ProblemNotice problem={problem} />
          {delivery.turnId && (
            <Anchor
              component={Link}
              size="sm"
              href={`/turns/${encodeURIComponent(delivery.traceId)}?turn=${encodeURIComponent(delivery.turnId)}`}
            >
              Inspect the turn that said it
            </Anchor>
          )}
          {delivery.payload ? (
            <CodeBlock label="Payload" value={delivery.payload} what="payload" />
          ) : (
            <>
              <Text size="sm" fw={600}>
                Payload and answers
              </Text>
              <HiddenText />
            </>
          )}
          <Title order={3} size="h5">
            Attempts
          </Title>
          {delivery.attempts.length === 0 && <Text size="sm">None yet.</Text>}
          {delivery.attempts.map((attempt) => (
            <Paper key={attempt.number} withBorder p="sm">
              <Group justify="space-between">
                <Text size="sm" fw={600}>
                  {attempt.number}. {attempt.statusCode ?? 'no answer'}
                </Text>
                <Text size="sm" c="dimmed">
                  <Moment at={attempt.startedAt} />, {attempt.durationMs} ms
                </Text>
              </Group>
              {attempt.error && <Text size="sm">{attempt.error}</Text>}
              {attempt.responseBody && <CodeBlock label="Answer" value={attempt.responseBody} what="answer" />}
            </Paper>
          ))}
        </Stack>
      </Drawer>
    </>
  );
}
