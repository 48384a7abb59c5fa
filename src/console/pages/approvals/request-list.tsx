import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { ApprovalRequestsQuery, ApprovalStatus } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
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
          changes
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
          }
          channel {
            id
            name
          }
          version {
            id
            number
            comment
          }
        }
      }
    }
  }
`);

export type RequestNode = ApprovalRequestsQuery['approvalRequests']['edges'][number]['node'];

export function RequestList({ status }: { status: ApprovalStatus }) {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return (
    <Stack>
      {cursors.map((after, at) => (
        <RequestPage
          key={after ?? 'first'}
          status={status}
          after={after}
          last={at === cursors.length - 1}
          more={(next) => setCursors([...cursors, next])}
        />
      ))}
    </Stack>
  );
}

interface RequestPageProps {
  status: ApprovalStatus;
  after: string | null;
  last: boolean;
  more(cursor: string): void;
}

function RequestPage({ status, after, last, more }: RequestPageProps) {
  const { data, problem, refresh } = useData(REQUESTS, { status, after }, { watch: { topic: 'CONFIGURATION' } });
  if (!data) return problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />;
  const { edges, pageInfo } = data.approvalRequests;
  const { endCursor, hasNextPage } = pageInfo;
  return (
    <>
      {edges.length === 0 && after === null && (
        <Nothing title={status === 'PENDING' ? 'Nothing waits for a decision' : 'No such requests'} />
      )}
      {edges.map(({ node }) => (
        <RequestCard key={node.id} request={node} />
      ))}
      {last && hasNextPage && endCursor && (
        <Group justify="center">
          <Button variant="default" onClick={() => more(endCursor)}>
            Show more
          </Button>
        </Group>
      )}
    </>
  );
}
