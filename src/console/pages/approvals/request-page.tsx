import { Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useParams } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { BotPermissionsProvider } from '../../api/use-viewer';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { PlannedCanary } from '../bot/canary/planned-canary';
import { Decision } from './decision';
import { RequestCheck } from './request-check';
import { RequestHead, titleOf } from './request-head';

const RequestReview = lazy(async () => ({
  default: (await import('../../parts/review/request-review')).RequestReview,
}));

const REQUEST = graphql(`
  query ApprovalRequest($id: ID!) {
    approvalRequest(id: $id) {
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
      canary {
        share
        channelIds
        rule {
          rollBack
          promote
          minConversations
          minHours
        }
      }
    }
  }
`);

/** One request, to be read like a pull request: what changes, what was said about it, the decision. */
export function RequestPage() {
  const { id = '' } = useParams<{ id: string }>();
  const { data, problem, loading, refresh } = useData(REQUEST, { id }, { watch: { topic: 'CONFIGURATION' } });
  const path = [{ name: 'Approvals', to: '/approvals' }];
  const request = data?.approvalRequest;
  if (!request) {
    return (
      <Page title="Request" path={path}>
        <ProblemNotice problem={problem} onRetry={refresh} />
        {loading ? <Waiting /> : !problem && <Nothing title="There is no such request in this account" />}
      </Page>
    );
  }
  return (
    <BotPermissionsProvider value={request.bot.permissions}>
      <Page title={titleOf(request)} path={path}>
        <RequestHead request={request} />
        <RequestCheck requestId={request.id} />
        {request.canary && <PlannedCanary plan={request.canary} />}
        {request.status === 'PENDING' && <Decision request={request} title={titleOf(request)} onDecided={refresh} />}
        <Title order={2} size="h4">
          What changes
        </Title>
        <Suspense fallback={<Waiting />}>
          <RequestReview requestId={request.id} whole />
        </Suspense>
      </Page>
    </BotPermissionsProvider>
  );
}
