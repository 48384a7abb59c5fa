import { Anchor, Group, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { StateBadge } from '../../parts/state-badge';
import { told } from '../../parts/told';
import type { ListPage } from '../../parts/use-pages';
import { VERSION_STATES } from '../../parts/words';
import { CompareVersion } from './compare-version';

const VERSIONS = graphql(`
  query BotVersions($id: ID!, $after: String) {
    bot(id: $id) {
      id
      versions(first: 20, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            id
            number
            rollbackOf
            status
            comment
            createdAt
            publishedAt
            createdBy {
              id
              name
            }
            channels {
              id
              name
            }
          }
        }
      }
    }
  }
`);

const ROLL_BACK = graphql(`
  mutation RollBackBot($botId: ID!, $number: Int!, $comment: String) {
    rollbackBot(botId: $botId, versionNumber: $number, comment: $comment) {
      id
      number
      status
    }
  }
`);

export function VersionRows({ botId, page }: { botId: string; page: ListPage }) {
  const versions = useData(VERSIONS, { id: botId, after: page.after });
  const { mayBuild } = useRights();
  const { run, problem } = useChange(ROLL_BACK);
  const rollBack = async (number: number, comment: string) => {
    const done = await run({ botId, number, comment: comment || null });
    if (!done) return false;
    const { number: next, status } = done.rollbackBot;
    told(
      `Version ${next} was made of version ${number}${status === 'LIVE' ? ' and is live.' : ' and awaits approval.'}`,
    );
    return true;
  };
  return (
    <PageRows
      of={versions}
      connection={versions.data?.bot?.versions}
      columns={6}
      page={page}
      empty={<Nothing title="Not published yet">Each publish makes a version that can be rolled back to.</Nothing>}
      row={(version) => (
        <Table.Tr key={version.id}>
          <Table.Td>
            <Text fw={600}>{version.number}</Text>
            {version.rollbackOf !== null && (
              <Text size="sm" c="dimmed">
                Back to {version.rollbackOf}
              </Text>
            )}
          </Table.Td>
          <Table.Td>
            <StateBadge label={VERSION_STATES[version.status]} />
          </Table.Td>
          <Table.Td maw={280}>{version.comment ?? '–'}</Table.Td>
          <Table.Td miw={180}>
            <Text size="sm">{version.channels.map(({ name }) => name).join(', ') || 'None'}</Text>
          </Table.Td>
          <Table.Td>
            <Moment at={version.createdAt} />
            {version.createdBy && (
              <Text size="sm" c="dimmed">
                by {version.createdBy.name}
              </Text>
            )}
          </Table.Td>
          <Table.Td>
            <Group gap="xs" miw={220}>
              <CompareVersion number={version.number} />
              {mayBuild && (
                <Anchor
                  component={Link}
                  href={`/bots/${botId}/checks?version=${version.number}`}
                  size="sm"
                  aria-label={`Check version ${version.number}`}
                >
                  Check
                </Anchor>
              )}
              {mayBuild && version.publishedAt !== null && version.status !== 'LIVE' && (
                <ConfirmButton
                  size="xs"
                  action={`Roll back to ${version.number}`}
                  consequence={`A new version with the content of version ${version.number} is made, and goes live by the same approval as any other.`}
                  reason="Comment"
                  problem={problem}
                  onConfirm={(comment) => rollBack(version.number, comment)}
                />
              )}
            </Group>
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}
