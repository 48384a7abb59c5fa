import { Code, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { DeliveryStatus } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { StateBadge } from '../../parts/state-badge';
import type { ListPage } from '../../parts/use-pages';
import { DELIVERY_STATES } from '../../parts/words';
import { DeliveryDetails, type DeliveryNode } from './delivery-details';

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

interface DeliveryRowsProps {
  channelId: string;
  status: DeliveryStatus | null;
  page: ListPage;
}

export function DeliveryRows({ channelId, status, page }: DeliveryRowsProps) {
  // Only the newest page can change by itself.
  const watch = page.after === null && page.last ? { topic: 'DELIVERIES' as const, channelId } : undefined;
  const deliveries = useData(DELIVERIES, { channelId, status, after: page.after }, { watch });
  return (
    <PageRows
      of={deliveries}
      connection={deliveries.data?.deliveries}
      columns={6}
      page={page}
      empty={<Nothing title="No deliveries" />}
      row={(delivery) => <DeliveryRow key={delivery.id} delivery={delivery} />}
    />
  );
}

/** Drawn again only when its delivery has changed. */
const DeliveryRow = memo(function DeliveryRow({ delivery }: { delivery: DeliveryNode }) {
  return (
    <Table.Tr>
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
  );
});
