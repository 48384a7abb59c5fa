import type {
  BotState,
  ChannelBlocker,
  ChannelStatus,
  DeadReason,
  DeliveryStatus,
  EndpointState,
  VersionStatus,
} from '../api/.generated/graphql';

/** A state in words, with the colour of its dot: never the colour alone. */
export interface Label {
  text: string;
  color: string;
}

export const BOT_STATES: Record<BotState, Label> = {
  IN_PROGRESS: { text: 'In progress', color: 'gray' },
  CONFIGURED: { text: 'Ready to publish', color: 'blue' },
  AWAITING_APPROVAL: { text: 'Awaiting approval', color: 'yellow' },
  PUBLISHED: { text: 'Published', color: 'green' },
  UPGRADE_IN_PROGRESS: { text: 'Published, with changes', color: 'teal' },
  REJECTED: { text: 'Rejected', color: 'red' },
  SUSPENDED: { text: 'Suspended', color: 'red' },
};

export const CHANNEL_STATES: Record<ChannelStatus, Label> = {
  NEEDS_CONFIGURATION: { text: 'Needs configuration', color: 'orange' },
  DISABLED: { text: 'Disabled', color: 'gray' },
  AWAITING_APPROVAL: { text: 'Awaiting approval', color: 'yellow' },
  APPROVED: { text: 'Approved', color: 'green' },
  REJECTED: { text: 'Rejected', color: 'red' },
  SUSPENDED: { text: 'Suspended', color: 'red' },
};

export const VERSION_STATES: Record<VersionStatus, Label> = {
  AWAITING_APPROVAL: { text: 'Awaiting approval', color: 'yellow' },
  CANARY: { text: 'Serves a share', color: 'blue' },
  LIVE: { text: 'Live', color: 'green' },
  ROLLED_BACK: { text: 'Rolled back', color: 'red' },
  REJECTED: { text: 'Rejected', color: 'red' },
  SUPERSEDED: { text: 'Superseded', color: 'gray' },
};

export const DELIVERY_STATES: Record<DeliveryStatus, Label> = {
  PENDING: { text: 'Pending', color: 'yellow' },
  DELIVERED: { text: 'Delivered', color: 'green' },
  DEAD: { text: 'Given up', color: 'red' },
  DISCARDED: { text: 'Discarded', color: 'gray' },
};

export const DEAD_REASONS: Record<DeadReason, string> = {
  CHANNEL_DELETED: 'its channel was deleted',
  EXPIRED: 'it was older than the retry window of its channel',
  GONE: 'the endpoint answered 410: it is gone for good',
  REJECTED: 'the endpoint refused it',
};

export const ENDPOINT_STATES: Record<EndpointState, Label> = {
  UNKNOWN: { text: 'Not called yet', color: 'gray' },
  HEALTHY: { text: 'Takes callbacks', color: 'green' },
  FAILING: { text: 'Failing', color: 'orange' },
  BLOCKED: { text: 'Blocked', color: 'red' },
};

export const PAUSED: Label = { text: 'Paused', color: 'yellow' };

/** Why a hook refuses messages, and what helps. */
export const BLOCKERS: Record<ChannelBlocker, string> = {
  NO_APP: 'No app is associated: nobody could sign a message for this channel.',
  NO_POST_URL: 'It is asynchronous, but there is no POST URL to send the replies to.',
  NOT_ENABLED: 'The channel is not enabled.',
  AWAITING_APPROVAL: 'It waits for the approval of an admin.',
  REJECTED: 'An admin rejected the configuration. Change it and save to ask again.',
  SUSPENDED: 'An admin suspended this channel.',
  BOT_NOT_PUBLISHED: 'The bot has not been published yet.',
  NOT_IN_LIVE_VERSION: "The bot's live version was published without this channel.",
  BOT_SUSPENDED: 'An admin suspended the bot.',
};
