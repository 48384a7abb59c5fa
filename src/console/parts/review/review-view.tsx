import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ReviewPart } from '../../api/.generated/graphql';
import type { Data } from '../../api/use-data';
import { useChain } from '../paged-table';
import { ProblemNotice } from '../problem-notice';
import type { ListPage } from '../use-pages';
import { Waiting } from '../waiting';
import { ItemView } from './item-view';
import { PARTS } from './item-words';
import { countOf, ProblemList } from './problem-list';
import type { Commenting, Item, Review } from './review-query';

interface ReviewPageProps {
  of: Data<unknown>;
  review: Review | null | undefined;
  page: ListPage;
  commenting?: Commenting | null;
  heads?: [string, string];
}

/** A page of what changes, by parts; the first begins with what is wrong. */
export function ReviewPage({
  of,
  review,
  page,
  commenting = null,
  heads = ['Serves now', 'Would serve'],
}: ReviewPageProps) {
  useChain(page, review?.items.pageInfo);
  if (!review) return of.problem ? <ProblemNotice problem={of.problem} onRetry={of.refresh} /> : <Waiting />;
  const { items, problems } = review;
  const nodes = items.edges.map(({ node }) => node);
  const { endCursor, hasNextPage } = items.pageInfo;
  const first = page.after === null;
  return (
    <Stack>
      {first && problems.length > 0 && (
        <Stack gap="xs">
          <Title order={3} size="h6">
            {countOf(problems)} in what it brings
          </Title>
          <ProblemList problems={problems.slice(0, MOST_PROBLEMS)} named />
          {problems.length > MOST_PROBLEMS && <Text size="sm">And {problems.length - MOST_PROBLEMS} more.</Text>}
        </Stack>
      )}
      {first && nodes.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing differs from what serves now.
        </Text>
      )}
      {partsOf(nodes).map(([part, all]) => (
        <Stack key={part} gap="xs">
          <Title order={3} size="h6">
            {PARTS[part]}
          </Title>
          {all.map((item) => (
            <ItemView key={item.anchor} item={item} problems={problems} commenting={commenting} heads={heads} />
          ))}
        </Stack>
      ))}
      {hasNextPage && endCursor && page.last && (
        <Group justify="center">
          <Text size="sm" c="dimmed">
            {items.totalCount.toLocaleString()} in all
          </Text>
          <Button size="xs" variant="default" onClick={() => page.next(endCursor)}>
            Show more
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** Problems that are listed above the items; each stands at its item as well. */
const MOST_PROBLEMS = 10;

function partsOf(items: readonly Item[]): [ReviewPart, Item[]][] {
  const parts = Object.keys(PARTS) as ReviewPart[]; // Object.keys widens the keys of a closed record
  return parts.flatMap((part): [ReviewPart, Item[]][] => {
    const own = items.filter((item) => item.part === part);
    return own.length === 0 ? [] : [[part, own]];
  });
}
