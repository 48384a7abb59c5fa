import { Anchor, Paper, Stack, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { CheckCounts } from '../../parts/check-counts';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PagedTable, PageRows } from '../../parts/paged-table';
import { StateBadge } from '../../parts/state-badge';
import type { ListPage } from '../../parts/use-pages';
import { useBot } from '../bot/bot-context';
import { CHECK_STATES } from './check-states';
import { StartCheck } from './start-check';

const CHECKS = graphql(`
  query VersionChecks($botId: ID!, $after: String) {
    versionChecks(botId: $botId, first: 20, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          status
          turns
          alike
          accepted
          different
          failing
          unknown
          tests {
            passed
            failed
            unknown
          }
          createdAt
          version {
            id
            number
          }
        }
      }
    }
  }
`);

/** The checks of a bot, and how one is started. */
export function ChecksTab() {
  const bot = useBot();
  const { mayBuild } = useRights();
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        A version is run over turns that users really had, and what it would say otherwise is shown. Nothing is sent. It
        takes turns that were recorded: the switch is in the settings of the bot.
      </Text>
      {mayBuild && <StartCheck />}
      <Paper withBorder>
        <PagedTable
          label="Checks"
          columns={['Check', 'State', 'Found']}
          page={(page) => <CheckRows botId={bot.id} page={page} />}
        />
      </Paper>
    </Stack>
  );
}

function CheckRows({ botId, page }: { botId: string; page: ListPage }) {
  const of = useData(CHECKS, { botId, after: page.after });
  return (
    <PageRows
      of={of}
      connection={of.data?.versionChecks}
      columns={3}
      page={page}
      empty={<Nothing title="Not checked yet">The first check shows what the draft would have said.</Nothing>}
      row={(check) => (
        <Table.Tr key={check.id}>
          <Table.Td>
            <Anchor component={Link} href={`/bots/${botId}/checks/${check.id}`} size="sm" underline="always">
              {check.version ? `Version ${check.version.number}` : 'The draft'}, <Moment at={check.createdAt} />
            </Anchor>
          </Table.Td>
          <Table.Td>
            <StateBadge label={CHECK_STATES[check.status]} />
          </Table.Td>
          <Table.Td miw={320}>
            <CheckCounts check={check} />
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}
