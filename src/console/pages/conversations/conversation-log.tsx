import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { type Bubble, Bubbles } from '../../parts/bubbles';
import { messagesIn } from '../../parts/messages-in';
import { Moment } from '../../parts/moment';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';

const TURNS = graphql(`
  query ConversationTurns($channelId: ID!, $user: String!, $first: Int!) {
    conversations(channelId: $channelId, user: $user, first: 20) {
      edges {
        node {
          id
          turns(first: $first) {
            totalCount
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
    }
  }
`);

interface ConversationLogProps {
  id: string;
  user: string;
  channelId: string;
  live: boolean;
}

const PAGE = 30;
const MOST = 100; // as much as one page of the API holds

export function ConversationLog(props: ConversationLogProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => setOpen(true)}
        aria-label={`Read the conversation of ${props.user}`}
      >
        Read
      </Button>
      <Drawer
        opened={open}
        onClose={() => setOpen(false)}
        position="right"
        size="lg"
        title={`Conversation of ${props.user}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open && <Turns {...props} />}
      </Drawer>
    </>
  );
}

function Turns({ id, user, channelId, live }: ConversationLogProps) {
  const [first, setFirst] = useState(PAGE);
  const watch = live ? { topic: 'CONVERSATIONS' as const, channelId, user } : undefined;
  const { data, problem, refresh } = useData(TURNS, { channelId, user, first }, { watch });
  const turns = data?.conversations.edges.find(({ node }) => node.id === id)?.node.turns;
  if (!turns) return problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />;
  return (
    <Stack>
      {turns.totalCount > turns.edges.length && first < MOST && (
        <Group justify="center">
          <Button size="xs" variant="default" onClick={() => setFirst(MOST)}>
            Earlier messages
          </Button>
        </Group>
      )}
      {[...turns.edges].reverse().map(({ node: turn }) => (
        <Stack key={turn.id} gap={6}>
          <Text size="xs" c="dimmed">
            <Moment at={turn.at} /> · {turn.traceId}
            {typeof turn.durationMs === 'number' && ` · ${turn.durationMs} ms`}
          </Text>
          <Bubbles bubbles={bubblesOf(turn)} />
        </Stack>
      ))}
    </Stack>
  );
}

function bubblesOf({
  input,
  replies,
  error,
}: {
  input: unknown;
  replies: unknown;
  error?: string | null | undefined;
}): Bubble[] {
  const bubbles: Bubble[] = [
    ...messagesIn(inputText(input)).map((content) => ({ from: 'user' as const, content })),
    ...messagesIn(replies).map((content) => ({ from: 'bot' as const, content })),
  ];
  return error ? [...bubbles, { from: 'fault', content: error }] : bubbles;
}

/** An input holds the message beside who sent it. */
const inputText = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'message' in input ? input.message : input;
