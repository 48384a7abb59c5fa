import { graphql } from '../../api/.generated/gql';
import type { ChannelPageQuery } from '../../api/.generated/graphql';

export const CHANNEL_PAGE = graphql(`
  query ChannelPage($id: ID!) {
    channel(id: $id) {
      id
      name
      type
      isDefault
      mode
      postUrl
      hasAccessToken
      secretMarks
      deliverySettings {
        timeoutSeconds
        retryWindowMinutes
        maxConcurrency
        maxPerSecond
        onRejected
        auth
        headerNames
        hasClientCertificate
        hasCertificateAuthority
        signatures
      }
      enabled
      enablePolling
      templateEncoding
      textForm
      burst
      status
      approved
      functional
      blockers
      suspendedReason
      rejection {
        id
        reason
        decidedAt
        decidedBy {
          id
          name
        }
      }
      pendingRequest {
        id
      }
      webhookUrl
      webhookUrlV2
      endpoint {
        state
        since
        lastSuccessAt
        lastError
        blockedUntil
        pausedAt
        pausedBy
        pending
        oldestPendingAt
        dead
      }
      payloadFormats
      approvedApp {
        clientId
        name
      }
      app {
        clientId
        name
        algorithm
        tokenEncryption
        encryptionKeys
      }
      inheritedFrom {
        id
        name
        bot {
          id
          name
        }
      }
      bot {
        id
        name
        state
        pendingRequest {
          id
        }
        defaultLanguage
        permissions
      }
    }
  }
`);

export type ChannelDetails = NonNullable<ChannelPageQuery['channel']>;
