import { Anchor, Table } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import type { ListPage } from '../../parts/use-pages';
import { ConversationLog } from './conversation-log';

const CONVERSATIONS = graphql(`
  query Conversations($channelId: ID, $user: String, $after: String) {
    conversations(channelId: $channelId, user: $user, after: $after, first: 50) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          user
          startedAt
          lastMessageAt
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

interface ConversationRowsProps {
  channelId: string | null;
  user: string | null;
  live: boolean;
  page: ListPage;
}

export function ConversationRows({ channelId, user, live, page }: ConversationRowsProps) {
  const watch =
    live && page.after === null && page.last ? { topic: 'CONVERSATIONS' as const, channelId, user } : undefined;
  const conversations = useData(CONVERSATIONS, { channelId, user, after: page.after }, { watch });
  return (
    <PageRows
      of={conversations}
      connection={conversations.data?.conversations}
      columns={6}
      page={page}
      empty={<Nothing title="No conversations">They appear here with the first message.</Nothing>}
      row={({ id, user: name, startedAt, lastMessageAt, channel }) => (
        <Table.Tr key={id}>
          <Table.Td fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Table.Td>
          <Table.Td>
            <Anchor component={Link} href={`/bots/${channel.bot.id}`}>
              {channel.bot.name}
            </Anchor>
          </Table.Td>
          <Table.Td>
            <Anchor component={Link} href={`/bots/${channel.bot.id}/channels/${channel.id}`}>
              {channel.name}
            </Anchor>
          </Table.Td>
          <Table.Td>
            <Moment at={lastMessageAt} />
          </Table.Td>
          <Table.Td>
            <Moment at={startedAt} />
          </Table.Td>
          <Table.Td>
            <ConversationLog id={id} user={name} channelId={channel.id} live={live} />
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}
