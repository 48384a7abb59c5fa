import { Anchor, Button, Code, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { CodeBlock } from '../../parts/code-block';
import { HiddenText } from '../../parts/hidden-text';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { addressOfTurn } from '../../parts/turn-address';
import { Waiting } from '../../parts/waiting';
import { AttemptList } from './attempt-list';
import { DeliveryFacts } from './delivery-facts';

const DELIVERY = graphql(`
  query Delivery($id: ID!) {
    deliveries(filter: { ids: [$id] }) {
      edges {
        node {
          id
          conversationId
          traceId
          turnId
          sequence
          status
          user
          createdAt
          finishedAt
          nextAttemptAt
          payload
          deadReason
          channel {
            id
            name
            bot {
              id
              name
            }
          }
          attempts {
            number
            startedAt
            durationMs
            statusCode
            error
            responseBody
            url
            requestHeaders
            responseHeaders
          }
        }
      }
    }
  }
`);

const REPLAY = graphql(`
  mutation ReplayDelivery($id: ID!) {
    replayDelivery(id: $id) {
      id
      status
    }
  }
`);

const TRY_NOW = graphql(`
  mutation TryDeliveryNow($channelId: ID!) {
    tryEndpointNow(channelId: $channelId) {
      id
    }
  }
`);

/** What was sent, and how each attempt went; beside the list, which may lose the delivery meanwhile. Null: closed. */
export function DeliveryDetails({ id, onClose }: { id: string | null; onClose(): void }) {
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title="Delivery"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {id !== null && <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { id: string }) {
  const { mayBuild } = useRights();
  const { data, problem, refresh } = useData(DELIVERY, { id }, { watch: { topic: 'DELIVERIES' } });
  const replay = useChange(REPLAY);
  const tryNow = useChange(TRY_NOW);
  const delivery = data?.deliveries.edges[0]?.node;
  if (!delivery) return problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />;
  const { turnId, conversationId, channel } = delivery;
  const pressReplay = async () => {
    if (await replay.run({ id })) told('The delivery is sent again, under the same id.');
  };
  const pressTry = async () => {
    if (await tryNow.run({ channelId: channel.id }))
      told('The endpoint is tried now, and what waits goes out in order.');
  };
  return (
    <Stack>
      <Text size="sm">
        <Code>{id}</Code>, number {delivery.sequence} of{' '}
        <Anchor component={Link} href={`/conversations/${encodeURIComponent(conversationId)}`}>
          its conversation
        </Anchor>
      </Text>
      <DeliveryFacts delivery={delivery} />
      {mayBuild && (
        <Group>
          {delivery.status === 'PENDING' ? (
            <Button variant="default" loading={tryNow.running} onClick={() => void pressTry()}>
              Try now
            </Button>
          ) : (
            <Button loading={replay.running} onClick={() => void pressReplay()}>
              Replay
            </Button>
          )}
        </Group>
      )}
      <ProblemNotice problem={replay.problem ?? tryNow.problem} />
      {turnId && (
        <Anchor component={Link} size="sm" href={addressOfTurn({ traceId: delivery.traceId, id: turnId })}>
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
      <AttemptList attempts={delivery.attempts} payload={delivery.payload} />
    </Stack>
  );
}
