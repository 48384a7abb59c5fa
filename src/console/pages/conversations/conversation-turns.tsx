import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { Bubbles } from '../../parts/bubbles';
import { Moment } from '../../parts/moment';
import { useChain } from '../../parts/paged-table';
import { ProblemNotice } from '../../parts/problem-notice';
import { addressOfTurn } from '../../parts/turn-address';
import { bubblesOf } from '../../parts/turn-bubbles';
import { type ListPage, usePages } from '../../parts/use-pages';
import { Waiting } from '../../parts/waiting';
import classes from './conversation-turns.module.css';

const TURNS = graphql(`
  query ConversationTurns($id: ID!, $after: String) {
    conversation(id: $id) {
      id
      turns(first: 30, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            id
            at
            traceId
            input
            replies
            durationMs
            error
          }
        }
      }
    }
  }
`);

export interface ConversationTurnsProps {
  id: string;
  user: string;
  channelId: string;
  /** Follows what is said, while only the newest messages are shown. */
  live: boolean;
}

/** All that was said in a conversation, the newest below; what came before is read page by page, as far back as it goes. */
export function ConversationTurns(props: ConversationTurnsProps) {
  const pages = usePages();
  return (
    <Stack>
      {[...pages].reverse().map((page) => (
        <TurnsPage key={page.after ?? 'newest'} {...props} page={page} />
      ))}
    </Stack>
  );
}

function TurnsPage({ id, user, channelId, live, page }: ConversationTurnsProps & { page: ListPage }) {
  const follows = live && page.after === null && page.last;
  const watch = follows ? { topic: 'CONVERSATIONS' as const, channelId, user } : undefined;
  const { data, problem, refresh } = useData(TURNS, { id, after: page.after }, { watch });
  const turns = data?.conversation?.turns;
  useChain(page, turns?.pageInfo);
  if (data && !turns) return <Text>This conversation has been removed.</Text>;
  if (!turns) return problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />;
  const { hasNextPage, endCursor } = turns.pageInfo;
  return (
    <>
      {hasNextPage && endCursor && page.last && (
        <Group justify="center">
          <Text size="sm" c="dimmed">
            {turns.totalCount.toLocaleString()} turns in all
          </Text>
          <Button size="xs" variant="default" onClick={() => page.next(endCursor)}>
            Earlier messages
          </Button>
        </Group>
      )}
      {[...turns.edges].reverse().map(({ node: turn }) => (
        <Stack key={turn.id} gap={6} className={classes.turn} data-failed={Boolean(turn.error) || undefined}>
          <Group gap="xs">
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              <Moment at={turn.at} /> · {turn.traceId}
              {typeof turn.durationMs === 'number' && ` · ${turn.durationMs} ms`}
            </Text>
            {turn.error && (
              <Badge color="red" variant="outline" size="sm" style={{ flexShrink: 0 }}>
                Failed
              </Badge>
            )}
            <Anchor
              component={Link}
              size="xs"
              href={addressOfTurn(turn)}
              aria-label={`Inspect the turn ${turn.traceId}`}
            >
              Inspect
            </Anchor>
          </Group>
          <Bubbles bubbles={bubblesOf(turn)} />
        </Stack>
      ))}
    </>
  );
}
