import { graphql } from '../../api/.generated/gql';
import type { PlaygroundBotQuery } from '../../api/.generated/graphql';

export const PLAYGROUND_BOT = graphql(`
  query PlaygroundBot($id: ID!) {
    bot(id: $id) {
      id
      name
      permissions
      liveVersion {
        id
        number
      }
      channels {
        id
        name
        mode
        isDefault
      }
    }
  }
`);

export type PlaygroundBot = NonNullable<PlaygroundBotQuery['bot']>;

export const OPEN_PLAYGROUND = graphql(`
  mutation OpenPlayground($channelId: ID!, $version: TestedVersion!) {
    openPlayground(channelId: $channelId, version: $version) {
      token
      expiresAt
      url
      secretsKeptBack
    }
  }
`);

export const TURN_OF_TRACE = graphql(`
  query PlaygroundTurn($traceId: String!) {
    turn(traceId: $traceId) {
      id
      error
      conversation {
        id
      }
    }
  }
`);

export const SAVE_TEST = graphql(`
  mutation SaveBotTest($conversationId: ID!, $name: String!, $turnId: ID) {
    saveBotTest(conversationId: $conversationId, name: $name, turnId: $turnId) {
      id
      name
    }
  }
`);
