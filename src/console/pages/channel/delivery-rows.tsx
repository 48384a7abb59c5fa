import { Code, Table, Text } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { DeliveriesQuery, DeliveryStatus } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { StateBadge } from '../../parts/state-badge';
import { DELIVERY_STATES } from '../../parts/words';
import { DeliveryDetails } from './delivery-details';

const DELIVERIES = graphql(`
  query Deliveries($channelId: ID!, $status: DeliveryStatus, $after: String) {
    deliveries(channelId: $channelId, status: $status, after: $after, first: 50) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          conversationId
          sequence
          status
          payload
          nextAttemptAt
          createdAt
          finishedAt
          attempts {
            number
            startedAt
            durationMs
            statusCode
            error
            responseBody
          }
        }
      }
    }
  }
`);

export type DeliveryNode = DeliveriesQuery['deliveries']['edges'][number]['node'];

interface DeliveryRowsProps {
  channelId: string;
  status: DeliveryStatus | null;
  after: string | null;
  more(cursor: string): void;
}

export function DeliveryRows({ channelId, status, after, more }: DeliveryRowsProps) {
  // Only the newest page can change by itself.
  const watch = after === null ? { topic: 'DELIVERIES' as const, channelId } : undefined;
  const deliveries = useData(DELIVERIES, { channelId, status, after }, { watch });
  return (
    <PageRows
      of={deliveries}
      connection={deliveries.data?.deliveries}
      columns={6}
      after={after}
      more={more}
      empty={<Nothing title="No deliveries" />}
      row={(delivery) => (
        <Table.Tr key={delivery.id}>
          <Table.Td>
            <Code>{delivery.id}</Code>
            <Text size="xs" c="dimmed">
              No. {delivery.sequence} of {delivery.conversationId}
            </Text>
          </Table.Td>
          <Table.Td>
            <StateBadge label={DELIVERY_STATES[delivery.status]} />
          </Table.Td>
          <Table.Td>{delivery.attempts.length}</Table.Td>
          <Table.Td>
            <Moment at={delivery.createdAt} />
          </Table.Td>
          <Table.Td>{delivery.status === 'PENDING' ? <Moment at={delivery.nextAttemptAt} /> : '–'}</Table.Td>
          <Table.Td>
            <DeliveryDetails delivery={delivery} />
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}
