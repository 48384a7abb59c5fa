import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import type { ListPage } from '../../parts/use-pages';
import { ConversationLog } from './conversation-log';
import type { ConversationFilter } from './use-conversation-filter';

const CONVERSATIONS = graphql(`
  query Conversations(
    $botId: ID
    $channelId: ID
    $userContains: String
    $text: String
    $failed: Boolean
    $test: Boolean
    $withTests: Boolean
    $from: DateTime
    $to: DateTime
    $after: String
    $counted: Boolean!
  ) {
    conversations(
      botId: $botId
      channelId: $channelId
      userContains: $userContains
      text: $text
      failed: $failed
      test: $test
      withTests: $withTests
      from: $from
      to: $to
      after: $after
      first: 50
    ) {
      totalCount @include(if: $counted)
      totalIsExact @include(if: $counted)
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
          test
          failed
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
  filter: ConversationFilter;
  live: boolean;
  page: ListPage;
}

export function ConversationRows({ filter, live, page }: ConversationRowsProps) {
  // A search has no total, and takes too long to be repeated with each message.
  const isSearch = Boolean(filter.text || filter.userContains);
  const isNewest = live && page.after === null && page.last && !isSearch;
  const watch = isNewest ? { topic: 'CONVERSATIONS' as const, channelId: filter.channelId ?? null } : undefined;
  const variables = { ...filter, after: page.after, counted: !isSearch };
  const conversations = useData(CONVERSATIONS, variables, { watch });
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <PageRows
      of={conversations}
      connection={conversations.data?.conversations}
      columns={6}
      page={page}
      empty={
        isFiltered ? (
          <Nothing title="No conversation matches" />
        ) : (
          <Nothing title="No conversations">They appear here with the first message.</Nothing>
        )
      }
      {...((isSearch || filter.failed !== undefined) && { more: 'Look further back' })}
      row={({ id, user: name, startedAt, lastMessageAt, test, failed, channel }) => (
        <Table.Tr key={id}>
          <Table.Td>
            <Group gap="xs">
              <Text fw={600} size="sm" style={{ overflowWrap: 'anywhere' }}>
                {name}
              </Text>
              {failed && (
                <Badge color="red" variant="outline" size="sm" style={{ flexShrink: 0 }}>
                  Failed
                </Badge>
              )}
              {test && (
                <Badge variant="default" size="sm" style={{ flexShrink: 0 }}>
                  Test
                </Badge>
              )}
            </Group>
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
