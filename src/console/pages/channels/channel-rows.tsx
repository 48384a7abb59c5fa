import { Anchor, Checkbox, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { ChannelsQueryVariables } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { CallbackTrouble } from '../../parts/callback-trouble';
import { ChannelState } from '../../parts/channel-state';
import { idTail } from '../../parts/id-tail';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { TagList } from '../../parts/tag-list';
import type { ListPage } from '../../parts/use-pages';
import type { Picked } from '../../parts/use-picked';

const CHANNELS = graphql(`
  query Channels(
    $search: String
    $status: ChannelStatus
    $mode: IntegrationMode
    $tag: String
    $failing: Boolean
    $order: ListOrder
    $after: String
  ) {
    channels(
      search: $search
      status: $status
      mode: $mode
      tag: $tag
      failing: $failing
      order: $order
      after: $after
      first: 50
    ) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          tags
          mode
          status
          functional
          updatedAt
          lastMessageAt
          endpoint {
            state
            since
            lastError
            dead
          }
          app {
            clientId
            name
          }
          bot {
            id
            name
          }
        }
      }
    }
  }
`);

interface ChannelRowsProps {
  filter: Omit<ChannelsQueryVariables, 'after'>;
  page: ListPage;
  picked?: Picked;
}

export function ChannelRows({ filter, page, picked }: ChannelRowsProps) {
  const channels = useData(CHANNELS, { ...filter, after: page.after }, { watch: { topic: 'CONFIGURATION' } });
  return (
    <PageRows
      of={channels}
      connection={channels.data?.channels}
      columns={picked ? 7 : 6}
      page={page}
      empty={<Nothing title="No channels" />}
      row={(channel) => (
        <Table.Tr key={channel.id}>
          {picked && (
            <Table.Td>
              <Checkbox
                aria-label={`Pick ${channel.name} of ${channel.bot.name}`}
                checked={picked.ids.has(channel.id)}
                onChange={() => picked.toggle(channel.id)}
              />
            </Table.Td>
          )}
          <Table.Td>
            <Anchor component={Link} href={`/bots/${channel.bot.id}/channels/${channel.id}`} fw={600}>
              {channel.name}
            </Anchor>
            <Text size="xs" c="dimmed">
              {idTail(channel.id)} · {channel.mode === 'ASYNC' ? 'asynchronous' : 'synchronous'}
            </Text>
            <TagList tags={channel.tags} />
          </Table.Td>
          <Table.Td>
            <Anchor component={Link} href={`/bots/${channel.bot.id}`} size="sm">
              {channel.bot.name}
            </Anchor>
            <Text size="xs" c="dimmed">
              {idTail(channel.bot.id)}
            </Text>
          </Table.Td>
          <Table.Td>
            <ChannelState channel={channel} />
            <CallbackTrouble botId={channel.bot.id} channel={channel} />
          </Table.Td>
          <Table.Td>{channel.app?.name ?? '–'}</Table.Td>
          <Table.Td>
            <Moment at={channel.lastMessageAt} />
          </Table.Td>
          <Table.Td>
            <Moment at={channel.updatedAt} />
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}
