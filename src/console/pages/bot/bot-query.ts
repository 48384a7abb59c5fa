import { graphql } from '../../api/.generated/gql';
import type { BotPageQuery } from '../../api/.generated/graphql';

export const BOT_PAGE = graphql(`
  query BotPage($id: ID!) {
    bot(id: $id) {
      id
      name
      permissions
      description
      kind
      state
      suspendedReason
      pendingRequest {
        id
      }
      rejection {
        id
        reason
        decidedAt
        decidedBy {
          id
          name
        }
      }
      engine
      engineSettings
      secretMarks
      defaultLanguage
      sessionTimeoutMinutes
      createdAt
      updatedAt
      liveVersion {
        id
        number
        publishedAt
        channels {
          id
          name
        }
      }
      parent {
        id
        name
      }
      channels {
        id
        name
        type
        mode
        enabled
        isDefault
        status
        functional
        blockers
        suspendedReason
        pendingRequest {
          id
        }
        rejection {
          id
          reason
        }
        webhookUrl
        endpoint {
          state
          since
          lastError
          dead
        }
        app {
          clientId
          name
        }
      }
    }
  }
`);

export type BotDetails = NonNullable<BotPageQuery['bot']>;
export type BotChannel = BotDetails['channels'][number];
