import { useEffect, useRef } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import type { Bubble } from '../../parts/bubbles';
import { messagesIn } from '../../parts/messages-in';
import type { ChannelDetails } from './channel-query';

const TURNS = graphql(`
  query TalkTurns($channelId: ID!, $user: String!) {
    conversations(channelId: $channelId, user: $user, first: 1) {
      edges {
        node {
          id
          turns(first: 20) {
            edges {
              node {
                id
                replies
                durationMs
              }
            }
          }
        }
      }
    }
  }
`);

/** Hands on what the bot said to this user on an asynchronous channel, each turn once. */
export function useCallbacks(channel: ChannelDetails, user: string | null, take: (bubbles: Bubble[]) => void): void {
  const pause = channel.mode !== 'ASYNC' || user === null;
  const channelId = channel.id;
  const watch = { topic: 'CONVERSATIONS' as const, channelId, user };
  const { data } = useData(TURNS, { channelId, user: user ?? '' }, { watch, pause });
  const seen = useRef(new Set<string>());
  useEffect(() => {
    const turns = data?.conversations.edges[0]?.node.turns.edges ?? [];
    const fresh = turns
      .map(({ node }) => node)
      .filter(({ id, durationMs }) => durationMs !== null && !seen.current.has(id));
    for (const { id } of fresh) seen.current.add(id);
    const bubbles = fresh.reverse().flatMap(({ replies }) => messagesIn(replies));
    if (bubbles.length > 0) take(bubbles.map((content) => ({ from: 'bot', content })));
  }, [data, take]);
}
