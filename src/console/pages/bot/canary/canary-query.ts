import { graphql } from '../../../api/.generated/gql';
import type { BotCanaryQuery } from '../../../api/.generated/graphql';

export const BOT_CANARY = graphql(`
  query BotCanary($id: ID!) {
    bot(id: $id) {
      id
      permissions
      canaries {
        id
        state
        share
        reason
        begunAt
        endedAt
        slowOverMs
        endedBy {
          id
          name
        }
        rule {
          rollBack
          promote
          minConversations
          minHours
        }
        candidate {
          id
          number
        }
        baseline {
          id
          number
        }
        sides {
          ...CanarySideFigures
        }
        channels {
          channel {
            id
            name
          }
          sides {
            ...CanarySideFigures
          }
        }
        evidence {
          verdict
          metrics {
            metric
            finding
            worse
            worseAt
            noWorse
            noWorseAt
          }
        }
      }
    }
  }
  fragment CanarySideFigures on CanarySide {
    conversations
    conversationsFailed
    conversationsUnidentified
    conversationsSlow
    turns
    tasksEnded
    tasksFulfilled
    responseTimeP50Ms
    responseTimeP95Ms
  }
`);

export type CanaryDetails = NonNullable<BotCanaryQuery['bot']>['canaries'][number];
export type CanarySideDetails = CanaryDetails['sides'][number];
