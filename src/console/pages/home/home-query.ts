import { graphql } from '../../api/.generated/gql';
import type { HomeQuery } from '../../api/.generated/graphql';

export const HOME = graphql(`
  query Home {
    bots(first: 1) {
      totalCount
    }
    approvalRequests(status: PENDING, first: 5) {
      totalCount
      edges {
        node {
          id
          kind
          createdAt
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
            rollbackOf
          }
        }
      }
    }
    attention {
      channels {
        working
        callbacksFailing
        callbacksBlocked
        hindered
        disabled
      }
      failingChannels {
        id
        name
        bot {
          id
          name
        }
        endpoint {
          state
          since
          lastError
          dead
        }
      }
      hinderedChannels {
        id
        name
        blockers
        pendingRequest {
          id
        }
        bot {
          id
          name
          state
          pendingRequest {
            id
          }
        }
      }
      deadLetterCount
      deadLetters {
        count
        channel {
          id
          name
          bot {
            id
            name
          }
        }
      }
      unfilledBotCount
      unfilledVariables {
        keys
        bot {
          id
          name
        }
      }
      failingBots {
        failed
        bot {
          id
          name
        }
      }
      ending {
        kind
        name
        endsAt
        channel {
          id
          name
          bot {
            id
            name
          }
        }
      }
      traffic {
        from
        messagesIn
        messagesOut
        failed
      }
    }
  }
`);

export type Attention = HomeQuery['attention'];
export type WaitingRequests = HomeQuery['approvalRequests'];
