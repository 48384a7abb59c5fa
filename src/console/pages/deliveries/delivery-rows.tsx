import { Checkbox, Code, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { DeliveryFilter } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { StateBadge } from '../../parts/state-badge';
import type { ListPage } from '../../parts/use-pages';
import { DELIVERY_STATES } from '../../parts/words';
import { DeliveryDetails, type DeliveryNode } from './delivery-details';

const DELIVERIES = graphql(`
  query Deliveries($filter: DeliveryFilter!, $after: String) {
    deliveries(filter: $filter, after: $after, first: 50) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          conversationId
          traceId
          turnId
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

/** Deliveries that are picked out of the list, by id. */
export interface Picked {
  ids: ReadonlySet<string>;
  toggle(id: string): void;
}

interface DeliveryRowsProps {
  filter: DeliveryFilter;
  page: ListPage;
  /** With a box for each delivery that is over. */
  picked?: Picked;
}

export function DeliveryRows({ filter, page, picked }: DeliveryRowsProps) {
  // Only the newest page can change by itself.
  const isNewest = page.after === null && page.last;
  const watch = isNewest ? { topic: 'DELIVERIES' as const, channelId: filter.channelId ?? null } : undefined;
  const deliveries = useData(DELIVERIES, { filter, after: page.after }, { watch });
  return (
    <PageRows
      of={deliveries}
      connection={deliveries.data?.deliveries}
      columns={picked ? 7 : 6}
      page={page}
      empty={<Nothing title="No deliveries" />}
      row={(delivery) => (
        <DeliveryRow
          key={delivery.id}
          delivery={delivery}
          isPicked={picked?.ids.has(delivery.id) ?? false}
          onPick={picked?.toggle}
        />
      )}
    />
  );
}

interface DeliveryRowProps {
  delivery: DeliveryNode;
  isPicked: boolean;
  onPick: ((id: string) => void) | undefined;
}

/** Drawn again only when its delivery has changed. */
const DeliveryRow = memo(function DeliveryRow({ delivery, isPicked, onPick }: DeliveryRowProps) {
  return (
    <Table.Tr>
      {onPick && (
        <Table.Td>
          <Checkbox
            aria-label={`Pick ${delivery.id}`}
            disabled={delivery.status === 'PENDING'}
            checked={isPicked}
            onChange={() => onPick(delivery.id)}
          />
        </Table.Td>
      )}
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
