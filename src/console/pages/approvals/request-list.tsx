import { Anchor, Button, Group, Stack } from '@mantine/core';
import { useRef } from 'react';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { ApprovalStatus } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { useChain } from '../../parts/paged-table';
import { ProblemNotice } from '../../parts/problem-notice';
import { type ListPage, usePages } from '../../parts/use-pages';
import { Waiting } from '../../parts/waiting';
import { RequestCard } from './request-card';

const REQUESTS = graphql(`
  query ApprovalRequests($status: ApprovalStatus, $after: String) {
    approvalRequests(status: $status, after: $after, first: 20) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          kind
          status
          reason
          createdAt
          decidedAt
          requestedBy {
            id
            name
          }
          decidedBy {
            id
            name
          }
          bot {
            id
            name
            permissions
          }
          channel {
            id
            name
          }
          version {
            id
            number
            rollbackOf
            comment
          }
        }
      }
    }
  }
`);

export function RequestList({ status }: { status: ApprovalStatus }) {
  return (
    <Stack>
      {usePages().map((page) => (
        <RequestPage key={page.after ?? 'first'} status={status} page={page} />
      ))}
    </Stack>
  );
}

interface RequestPageProps {
  status: ApprovalStatus;
  page: ListPage;
}

function RequestPage({ status, page }: RequestPageProps) {
  const { data, problem, refresh } = useData(
    REQUESTS,
    { status, after: page.after },
    { watch: { topic: 'CONFIGURATION' } },
  );
  useChain(page, data?.approvalRequests.pageInfo);
  const bots = useRef(new Map<string, string>()); // whose requests stood here, for the way on when all are decided
  for (const { node } of data?.approvalRequests.edges ?? []) bots.current.set(node.bot.id, node.bot.name);
  if (!data) return problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />;
  const { edges, pageInfo } = data.approvalRequests;
  const { endCursor, hasNextPage } = pageInfo;
  return (
    <>
      {edges.length === 0 && page.after === null && (
        <Nothing title={status === 'PENDING' ? 'Nothing waits for a decision' : 'No such requests'}>
          {[...bots.current].map(([id, name]) => (
            <Anchor key={id} component={Link} href={`/bots/${id}`} size="sm" px="xs">
              On to {name}
            </Anchor>
          ))}
        </Nothing>
      )}
      {edges.map(({ node }) => (
        <RequestCard key={node.id} request={node} />
      ))}
      {page.last && hasNextPage && endCursor && (
        <Group justify="center">
          <Button variant="default" onClick={() => page.next(endCursor)}>
            Show more
          </Button>
        </Group>
      )}
    </>
  );
}
