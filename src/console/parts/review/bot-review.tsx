import { Stack } from '@mantine/core';
import { useData } from '../../api/use-data';
import { type ListPage, usePages } from '../use-pages';
import { BOT_REVIEW } from './review-query';
import { ReviewPage } from './review-view';

export interface BotReviewProps {
  botId: string;
  /** The channels of a publish. */
  channelIds: string[] | null;
  /** The version that a roll back returns to. */
  versionNumber: number | null;
  heads?: [string, string];
}

/** What a publish or a roll back would change against the live version. */
export function BotReview(props: BotReviewProps) {
  return (
    <Stack>
      {usePages().map((page) => (
        <Part key={page.after ?? 'first'} {...props} page={page} />
      ))}
    </Stack>
  );
}

function Part({ botId, channelIds, versionNumber, heads, page }: BotReviewProps & { page: ListPage }) {
  const of = useData(BOT_REVIEW, { id: botId, channelIds, versionNumber, after: page.after });
  return <ReviewPage of={of} review={of.data?.bot?.review} page={page} {...(heads && { heads })} />;
}
