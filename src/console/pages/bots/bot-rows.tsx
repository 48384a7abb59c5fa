import { Anchor, Badge, Button, Checkbox, Group, Stack, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { BotsQuery } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { useViewer } from '../../api/use-viewer';
import { CallbackSummary } from '../../parts/callback-summary';
import { ENGINES } from '../../parts/engine-settings';
import { idTail } from '../../parts/id-tail';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { StateBadge } from '../../parts/state-badge';
import { TagList } from '../../parts/tag-list';
import type { ListPage } from '../../parts/use-pages';
import type { Picked } from '../../parts/use-picked';
import { BOT_STATES } from '../../parts/words';
import type { filterOf } from './bot-filter';
import { StartWithSample } from './start-with-sample';

const BOTS = graphql(`
  query Bots(
    $search: String
    $state: BotState
    $engine: EngineKind
    $tag: String
    $failing: Boolean
    $order: ListOrder
    $after: String
  ) {
    bots(
      search: $search
      state: $state
      engine: $engine
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
  filter: ReturnType<typeof filterOf>;
  page: ListPage;
  onImport(): void;
  picked?: Picked;
}

export function BotRows({ filter, page, onImport, picked }: BotRowsProps) {
  const { role, permissions } = useViewer();
  const mayBuild = permissions.includes('bot.create');
  const ask =
    role === 'NONE'
      ? 'You see the bots on which an ADMIN gives you a role.'
      : 'Ask a developer of your account to create one.';
  const bots = useData(BOTS, { ...filter, after: page.after });
  const { order: _, ...narrowing } = filter;
  const empty = Object.values(narrowing).some((value) => value !== null) ? (
    <Nothing title={filter.search ? `No bot is called “${filter.search}”` : 'No bot is like that'} />
  ) : (
    <Nothing title="No bots yet">
      {mayBuild
        ? 'Start with a sample that answers at once, import the export of a bot of yours, or create one: write its answers here, or have an engine of yours answer.'
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
      columns={picked ? 6 : 5}
      page={page}
      empty={empty}
      row={(bot) => (
        <BotRow key={bot.id} bot={bot} isPicked={picked?.ids.has(bot.id) ?? false} onPick={picked?.toggle} />
      )}
    />
  );
}

interface BotRowProps {
  bot: BotNode;
  isPicked: boolean;
  onPick: ((id: string) => void) | undefined;
}

/** Drawn again only when its bot has changed: a long list follows what is typed above it. */
const BotRow = memo(function BotRow({ bot, isPicked, onPick }: BotRowProps) {
  const working = bot.channels.filter((channel) => channel.functional).length;
  return (
    <Table.Tr>
      {onPick && (
        <Table.Td>
          <Checkbox aria-label={`Pick ${bot.name}`} checked={isPicked} onChange={() => onPick(bot.id)} />
        </Table.Td>
      )}
      <Table.Td>
        <Group gap="xs">
          <Anchor component={Link} href={`/bots/${bot.id}`} fw={600}>
            {bot.name}
          </Anchor>
          {bot.kind === 'SMART' && <Badge variant="default">Smart bot</Badge>}
        </Group>
        <Text size="xs" c="dimmed">
          {idTail(bot.id)}
        </Text>
        <TagList tags={bot.tags} />
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
