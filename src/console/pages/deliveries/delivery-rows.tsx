import { Anchor, Button, Checkbox, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { DeliveriesQuery, DeliveryFilter } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { HiddenText } from '../../parts/hidden-text';
import { isTemplate, messagesIn } from '../../parts/messages-in';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { StateBadge } from '../../parts/state-badge';
import type { ListPage } from '../../parts/use-pages';
import { DELIVERY_STATES } from '../../parts/words';

const DELIVERIES = graphql(`
  query Deliveries($filter: DeliveryFilter!, $after: String) {
    deliveries(filter: $filter, after: $after, first: 50) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          status
          user
          payload
          nextAttemptAt
          createdAt
          lastAttempt {
            number
            statusCode
            error
          }
          channel {
            id
            name
            bot {
              id
              name
            }
          }
        }
      }
    }
  }
`);

export type DeliveryNode = DeliveriesQuery['deliveries']['edges'][number]['node'];

/** Deliveries that are picked out of the list, by id. */
export interface Picked {
  ids: ReadonlySet<string>;
  toggle(id: string): void;
}

interface DeliveryRowsProps {
  filter: DeliveryFilter;
  page: ListPage;
  withChannel: boolean;
  onOpen(id: string): void;
  /** With a box for each delivery. */
  picked?: Picked;
}

export function DeliveryRows({ filter, page, withChannel, onOpen, picked }: DeliveryRowsProps) {
  // Only the newest page can change by itself.
  const isNewest = page.after === null && page.last;
  const watch = isNewest ? { topic: 'DELIVERIES' as const, channelId: filter.channelId ?? null } : undefined;
  const deliveries = useData(DELIVERIES, { filter, after: page.after }, { watch });
  return (
    <PageRows
      of={deliveries}
      connection={deliveries.data?.deliveries}
      columns={6 + (picked ? 1 : 0) + (withChannel ? 1 : 0)}
      page={page}
      empty={<Nothing title="No deliveries" />}
      {...(isLookedThrough(filter) && { more: 'Look further back' })}
      row={(delivery) => (
        <DeliveryRow
          key={delivery.id}
          delivery={delivery}
          withChannel={withChannel}
          onOpen={onOpen}
          isPicked={picked?.ids.has(delivery.id) ?? false}
          onPick={picked?.toggle}
        />
      )}
    />
  );
}

/** No index tells who has answered with a status: the server looks at one delivery after the other, for a moment. */
const isLookedThrough = ({ statusCode, user }: DeliveryFilter): boolean => Boolean(statusCode || user);

interface DeliveryRowProps {
  delivery: DeliveryNode;
  withChannel: boolean;
  onOpen(id: string): void;
  isPicked: boolean;
  onPick: ((id: string) => void) | undefined;
}

/** Drawn again only when its delivery has changed. */
const DeliveryRow = memo(function DeliveryRow({ delivery, withChannel, onOpen, isPicked, onPick }: DeliveryRowProps) {
  const { channel, lastAttempt } = delivery;
  return (
    <Table.Tr>
      {onPick && (
        <Table.Td>
          <Checkbox aria-label={`Pick ${delivery.id}`} checked={isPicked} onChange={() => onPick(delivery.id)} />
        </Table.Td>
      )}
      {withChannel && (
        <Table.Td miw={150}>
          <Anchor component={Link} size="sm" href={`/bots/${channel.bot.id}/channels/${channel.id}/deliveries`}>
            {channel.name}
          </Anchor>
          <Text size="xs" c="dimmed">
            {channel.bot.name}
          </Text>
        </Table.Td>
      )}
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{delivery.user ?? '–'}</Table.Td>
      <Table.Td miw={180} maw={280}>
        {delivery.payload ? (
          <Text size="sm" lineClamp={2}>
            {inShort(delivery.payload)}
          </Text>
        ) : (
          <HiddenText />
        )}
      </Table.Td>
      <Table.Td>
        <StateBadge label={DELIVERY_STATES[delivery.status]} />
        {delivery.status === 'PENDING' && (
          <Text size="xs" c="dimmed" mt={4}>
            Next attempt: <Moment at={delivery.nextAttemptAt} passed="when its turn comes" />
          </Text>
        )}
      </Table.Td>
      <Table.Td>{lastAttempt ? (lastAttempt.statusCode ?? 'None') : '–'}</Table.Td>
      <Table.Td>
        <Moment at={delivery.createdAt} />
      </Table.Td>
      <Table.Td>
        <Button
          size="xs"
          variant="default"
          onClick={() => onOpen(delivery.id)}
          aria-label={`Details of ${delivery.id}`}
        >
          Details
        </Button>
      </Table.Td>
    </Table.Tr>
  );
});

/** What was said, in a line or two. */
function inShort(payload: unknown): string {
  const said = messagesIn(payload).map((message) =>
    isTemplate(message) ? `[${String(message.payload.template_type ?? 'template')}]` : String(message),
  );
  return said.join(' · ') || 'End of the task';
}
