export const CHANNEL = /* GraphQL */ `
  fragment Channel on WebhookChannel {
    id
    name
    mode
    status
    enabled
    functional
    blockers
    isDefault
    postUrl
    webhookUrl
    webhookUrlV2
    app {
      clientId
      name
    }
  }
`;

export const VERSION = /* GraphQL */ `
  fragment Version on BotVersion {
    id
    number
    status
    comment
    createdAt
    publishedAt
  }
`;

export const APPROVAL_REQUEST = /* GraphQL */ `
  fragment ApprovalRequest on ApprovalRequest {
    id
    kind
    status
    reason
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
      number
    }
  }
`;
