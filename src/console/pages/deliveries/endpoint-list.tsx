import { Anchor, Group, Paper, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { EndpointsQuery } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PagedTable, PageRows } from '../../parts/paged-table';
import { StateBadge } from '../../parts/state-badge';
import { told } from '../../parts/told';
import type { ListPage } from '../../parts/use-pages';
import { ENDPOINT_STATES, PAUSED } from '../../parts/words';

const ENDPOINTS = graphql(`
  query Endpoints($after: String) {
    endpoints(first: 50, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          origin
          state
          since
          lastSuccessAt
          lastFailureAt
          lastError
          blockedUntil
          pausedAt
          pausedBy
          channels
          pending
          callsAtOnce
          callsUnderWay
        }
      }
    }
  }
`);

const PAUSE = graphql(`
  mutation PauseEndpoint($origin: String!) {
    pauseEndpoint(origin: $origin)
  }
`);

const RESUME = graphql(`
  mutation ResumeEndpoint($origin: String!) {
    resumeEndpoint(origin: $origin)
  }
`);

type EndpointNode = EndpointsQuery['endpoints']['edges'][number]['node'];

const COLUMNS = ['Endpoint', 'State', 'Since', 'Last success', 'Last error', 'Waiting', 'Calls at once', 'Actions'];

/** The hosts that callbacks go to, those in trouble first. */
export function EndpointList() {
  return (
    <Paper withBorder>
      <PagedTable label="Endpoints" columns={COLUMNS} page={(page) => <EndpointRows page={page} />} />
    </Paper>
  );
}

function EndpointRows({ page }: { page: ListPage }) {
  const endpoints = useData(ENDPOINTS, { after: page.after }, { watch: { topic: 'CONFIGURATION' } });
  return (
    <PageRows
      of={endpoints}
      connection={endpoints.data?.endpoints}
      columns={COLUMNS.length}
      page={page}
      empty={<Nothing title="Nothing was sent yet" />}
      row={(endpoint) => <EndpointRow key={endpoint.origin} endpoint={endpoint} onChange={endpoints.refresh} />}
    />
  );
}

function EndpointRow({ endpoint, onChange }: { endpoint: EndpointNode; onChange(): void }) {
  const { origin, state, pausedAt, pausedBy, blockedUntil, callsAtOnce, callsUnderWay } = endpoint;
  const { mayBuild } = useRights();
  const pause = useChange(PAUSE);
  const resume = useChange(RESUME);
  const isPaused = Boolean(pausedAt);
  const press = async () => {
    const done = isPaused ? await resume.run({ origin }) : await pause.run({ origin });
    if (!done) return false;
    told(isPaused ? 'What waited goes out now, in order.' : 'Nothing is sent there until somebody resumes it.');
    onChange();
    return true;
  };
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} size="sm" href={`/deliveries?endpoint=${encodeURIComponent(origin)}`}>
          {origin}
        </Anchor>
        <Text size="xs" c="dimmed">
          {endpoint.channels.toLocaleString()} {endpoint.channels === 1 ? 'channel' : 'channels'}
        </Text>
      </Table.Td>
      <Table.Td>
        <StateBadge label={isPaused ? PAUSED : ENDPOINT_STATES[state]} />
      </Table.Td>
      <Table.Td>
        <Moment at={pausedAt ?? endpoint.since} />
        {pausedBy && (
          <Text size="xs" c="dimmed">
            by {pausedBy}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Moment at={endpoint.lastSuccessAt} />
      </Table.Td>
      <Table.Td maw={260}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {endpoint.lastError ?? '–'}
        </Text>
        {endpoint.lastFailureAt && (
          <Text size="xs" c="dimmed">
            <Moment at={endpoint.lastFailureAt} />
          </Text>
        )}
        {blockedUntil && !isPaused && (
          <Text size="xs" c="dimmed">
            next test <Moment at={blockedUntil} passed="with the next callback" />
          </Text>
        )}
      </Table.Td>
      <Table.Td>{endpoint.pending.toLocaleString()}</Table.Td>
      <Table.Td>{callsAtOnce ? `${callsUnderWay} of ${callsAtOnce}` : '–'}</Table.Td>
      <Table.Td>
        {mayBuild && (
          <Group>
            <ConfirmButton
              size="xs"
              action={isPaused ? 'Resume' : 'Pause'}
              aria-label={`${isPaused ? 'Resume' : 'Pause'} ${origin}`}
              problem={pause.problem ?? resume.problem}
              consequence={
                isPaused
                  ? `What waits for ${origin} is sent, each conversation in its order.`
                  : `No callback of any bot goes to ${origin} until somebody resumes it. Messages wait in their order, within the retry windows of their channels.`
              }
              onConfirm={press}
            />
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
