import { Anchor, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { DeliveryQuery } from '../../api/.generated/graphql';
import { Moment } from '../../parts/moment';
import { StateBadge } from '../../parts/state-badge';
import { DEAD_REASONS, DELIVERY_STATES } from '../../parts/words';

type Delivery = DeliveryQuery['deliveries']['edges'][number]['node'];

/** How a delivery stands, whose it is, and when what happens to it. */
export function DeliveryFacts({ delivery }: { delivery: Delivery }) {
  const { status, deadReason, user, channel, createdAt, finishedAt } = delivery;
  const facts: [name: string, value: ReactNode][] = [
    ['State', <StateBadge key="state" label={DELIVERY_STATES[status]} />],
    ...(deadReason ? [['Given up because', DEAD_REASONS[deadReason]] as [string, string]] : []),
    ['To', user ?? '–'],
    [
      'Channel',
      <Anchor key="channel" component={Link} size="sm" href={`/bots/${channel.bot.id}/channels/${channel.id}`}>
        {channel.bot.name}: {channel.name}
      </Anchor>,
    ],
    ['Created', <Moment key="created" at={createdAt} />],
    status === 'PENDING'
      ? ['Next attempt', <Moment key="next" at={delivery.nextAttemptAt} passed="when its turn comes" />]
      : ['Finished', <Moment key="finished" at={finishedAt} />],
  ];
  return (
    <Table aria-label="How the delivery stands" withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w={160}>
              {name}
            </Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
