import { Anchor, Group, Paper, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { BotPermissionsProvider } from '../../api/use-viewer';
import { countOf } from '../../parts/review/problem-list';
import { Waiting } from '../../parts/waiting';
import { Decision, type RequestNode } from './decision';
import { RequestHead, titleOf } from './request-head';

const RequestReview = lazy(async () => ({
  default: (await import('../../parts/review/request-review')).RequestReview,
}));

const SUMMARY = graphql(`
  query RequestSummary($id: ID!) {
    approvalRequest(id: $id) {
      id
      comments {
        id
        resolvedAt
      }
      review {
        items(first: 1) {
          totalCount
        }
        problems {
          severity
        }
      }
    }
  }
`);

/** What is asked for, by whom, what it changes in short, and the decision. */
export function RequestCard({ request }: { request: RequestNode }) {
  const title = titleOf(request);
  const isPublish = request.kind === 'PUBLISH';
  const summary = useData(SUMMARY, { id: request.id }).data?.approvalRequest;
  const open = summary?.comments.filter(({ resolvedAt }) => resolvedAt === null).length ?? 0;
  const problems = summary?.review.problems ?? [];
  return (
    <Paper withBorder p="md" component="article" aria-label={title}>
      <Stack gap="sm">
        <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        <RequestHead request={request} />
        <Group gap="md">
          <Anchor component={Link} href={`/approvals/${request.id}`} size="sm" underline="always">
            {summary ? `Review ${changesOf(summary.review.items.totalCount)}` : 'Review the changes'}
            <VisuallyHidden> of {title}</VisuallyHidden>
          </Anchor>
          {problems.length > 0 && (
            <Text size="sm" fw={600}>
              {countOf(problems)}
            </Text>
          )}
          {open > 0 && <Text size="sm">{open === 1 ? '1 open comment' : `${open} open comments`}</Text>}
        </Group>
        {!isPublish && (
          <Suspense fallback={<Waiting />}>
            <RequestReview requestId={request.id} />
          </Suspense>
        )}
        {request.status === 'PENDING' && (
          <BotPermissionsProvider value={request.bot.permissions}>
            <Decision request={request} title={title} />
          </BotPermissionsProvider>
        )}
      </Stack>
    </Paper>
  );
}

const changesOf = (count: number): string => (count === 1 ? '1 change' : `${count} changes`);
