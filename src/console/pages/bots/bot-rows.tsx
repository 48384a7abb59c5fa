import { Anchor, Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { BotsQuery } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { useViewer } from '../../api/use-viewer';
import { CallbackSummary } from '../../parts/callback-summary';
import { ENGINES } from '../../parts/engine-settings';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { StateBadge } from '../../parts/state-badge';
import type { ListPage } from '../../parts/use-pages';
import { BOT_STATES } from '../../parts/words';
import { StartWithSample } from './start-with-sample';

const BOTS = graphql(`
  query Bots($search: String, $after: String) {
    bots(search: $search, after: $after, first: 50) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          name
          kind
          state
          engine
          updatedAt
          channels {
            id
            functional
            endpoint {
              state
              since
              lastError
              dead
            }
          }
        }
      }
    }
  }
`);

type BotNode = BotsQuery['bots']['edges'][number]['node'];

interface BotRowsProps {
  search: string;
  page: ListPage;
  onImport(): void;
}

export function BotRows({ search, page, onImport }: BotRowsProps) {
  const { role, permissions } = useViewer();
  const mayBuild = permissions.includes('bot.create');
  const ask =
    role === 'NONE'
      ? 'You see the bots on which an ADMIN gives you a role.'
      : 'Ask a developer of your account to create one.';
  const bots = useData(BOTS, { search: search || null, after: page.after });
  const empty = search ? (
    <Nothing title={`No bot is called “${search}”`} />
  ) : (
    <Nothing title="No bots yet">
      {mayBuild
        ? 'Start with a sample that answers at once, import the export of a bot of yours, or create one that an engine of yours answers for.'
        : ask}
      {mayBuild && (
        <Group justify="center" align="start" mt="sm">
          <StartWithSample />
          <Button onClick={onImport}>Import a bot</Button>
        </Group>
      )}
    </Nothing>
  );
  return (
    <PageRows
      of={bots}
      connection={bots.data?.bots}
      columns={5}
      page={page}
      empty={empty}
      row={(bot) => <BotRow key={bot.id} bot={bot} />}
    />
  );
}

/** Drawn again only when its bot has changed: a long list follows what is typed above it. */
const BotRow = memo(function BotRow({ bot }: { bot: BotNode }) {
  const working = bot.channels.filter((channel) => channel.functional).length;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Anchor component={Link} href={`/bots/${bot.id}`} fw={600}>
            {bot.name}
          </Anchor>
          {bot.kind === 'SMART' && <Badge variant="default">Smart bot</Badge>}
        </Group>
      </Table.Td>
      <Table.Td>
        <StateBadge label={BOT_STATES[bot.state]} />
      </Table.Td>
      <Table.Td>
        <Stack gap={2}>
          <Text size="sm">{bot.channels.length === 0 ? 'None' : `${working} of ${bot.channels.length} working`}</Text>
          <CallbackSummary bot={bot} />
        </Stack>
      </Table.Td>
      <Table.Td>{ENGINES[bot.engine]}</Table.Td>
      <Table.Td>
        <Moment at={bot.updatedAt} />
      </Table.Td>
    </Table.Tr>
  );
});
