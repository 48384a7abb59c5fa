import { Stack, Title } from '@mantine/core';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { type ListPage, usePages } from '../use-pages';
import { ItemComments } from './item-comments';
import { REQUEST_REVIEW } from './review-query';
import { ReviewPage } from './review-view';

interface RequestReviewProps {
  requestId: string;
  /** With what was said about the request as a whole. */
  whole?: boolean;
}

/** What a request changes, with the comments of those who review it. */
export function RequestReview({ requestId, whole = false }: RequestReviewProps) {
  return (
    <Stack>
      {usePages().map((page) => (
        <Part key={page.after ?? 'first'} requestId={requestId} page={page} whole={whole} />
      ))}
    </Stack>
  );
}

function Part({ requestId, page, whole }: { requestId: string; page: ListPage; whole: boolean }) {
  const { mayBuild } = useRights();
  const of = useData(REQUEST_REVIEW, { id: requestId, after: page.after }, { watch: { topic: 'CONFIGURATION' } });
  const request = of.data?.approvalRequest;
  const commenting = { requestId, comments: request?.comments ?? [], mayComment: mayBuild, onChange: of.refresh };
  return (
    <>
      <ReviewPage of={of} review={request?.review} page={page} commenting={whole ? commenting : null} />
      {whole && page.last && request && (
        <Stack gap="xs">
          <Title order={3} size="h6">
            On the whole
          </Title>
          <ItemComments {...commenting} anchor={null} about="the request" line={null} onLineDone={() => {}} />
        </Stack>
      )}
    </>
  );
}
