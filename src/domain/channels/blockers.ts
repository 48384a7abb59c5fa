import type { ChannelRecord } from '../../store/tables/channels.js';
import type { RouteRow } from '../../store/tables/routes.js';
import type { IntegrationMode } from '../../vocabulary.js';

/** Every reason why the hook would refuse a message now, in the order in which they are best removed. */
export const CHANNEL_BLOCKERS = [
  'NO_APP',
  'NO_POST_URL',
  'NOT_ENABLED',
  'AWAITING_APPROVAL',
  'REJECTED',
  'SUSPENDED',
  'BOT_NOT_PUBLISHED',
  'NOT_IN_LIVE_VERSION',
  'BOT_SUSPENDED',
] as const;
export type ChannelBlocker = (typeof CHANNEL_BLOCKERS)[number];

export type ChannelStatus =
  | 'NEEDS_CONFIGURATION'
  | 'DISABLED'
  | 'AWAITING_APPROVAL'
  | 'APPROVED'
  | 'REJECTED'
  | 'SUSPENDED';

/** The columns of a channel's row that decide whether it works. */
export type ChannelState = Pick<
  ChannelRecord,
  'clientId' | 'mode' | 'postUrl' | 'enabled' | 'revision' | 'rejectedRevision' | 'approvedRevision' | 'suspendedAt'
>;

/** The facts that blockers derive from, of the channel's row and its bot's. */
type BlockerFacts = Pick<
  RouteRow,
  | 'client_id'
  | 'mode'
  | 'post_url'
  | 'enabled'
  | 'revision'
  | 'rejected_revision'
  | 'approved_revision'
  | 'suspended_at'
  | 'live_version_id'
  | 'in_live_version'
  | 'bot_suspended_at'
>;

/** The blockers of a channel; empty when its hook answers. Used by the hooks and by GraphQL. */
export function blockersOf(row: BlockerFacts): ChannelBlocker[] {
  const blockers: ChannelBlocker[] = []; // filled in place: at start this runs for every channel
  const channel = stateOf(row);
  const approval = approvalBlocker(channel);
  if (channel.clientId === null) blockers.push('NO_APP');
  if (channel.approvedRevision === null && lacksPostUrl(channel)) blockers.push('NO_POST_URL');
  if (!channel.enabled) blockers.push('NOT_ENABLED');
  if (approval !== null) blockers.push(approval);
  if (channel.suspendedAt !== null) blockers.push('SUSPENDED');
  if (row.live_version_id === null) blockers.push('BOT_NOT_PUBLISHED');
  else if (!row.in_live_version) blockers.push('NOT_IN_LIVE_VERSION');
  if (row.bot_suspended_at !== null) blockers.push('BOT_SUSPENDED');
  return blockers;
}

const stateOf = (row: BlockerFacts): ChannelState => ({
  clientId: row.client_id,
  mode: row.mode,
  postUrl: row.post_url,
  enabled: Boolean(row.enabled),
  revision: row.revision,
  rejectedRevision: row.rejected_revision,
  approvedRevision: row.approved_revision,
  suspendedAt: row.suspended_at,
});

/** A channel's state. It stays APPROVED while an upgrade waits or was rejected: the old one is in force. */
export function statusOf(channel: ChannelState): ChannelStatus {
  if (channel.suspendedAt !== null) return 'SUSPENDED';
  if (channel.clientId === null) return 'NEEDS_CONFIGURATION';
  if (!channel.enabled) return 'DISABLED';
  if (channel.approvedRevision !== null) return 'APPROVED';
  return lacksPostUrl(channel) ? 'NEEDS_CONFIGURATION' : (approvalBlocker(channel) ?? 'AWAITING_APPROVAL');
}

/** Whether the saved configuration is complete enough to be submitted for approval. */
export const isComplete = (channel: Pick<ChannelState, 'clientId' | 'mode' | 'postUrl' | 'enabled'>): boolean =>
  channel.enabled && channel.clientId !== null && !lacksPostUrl(channel);

function approvalBlocker(channel: ChannelState): 'AWAITING_APPROVAL' | 'REJECTED' | null {
  if (channel.approvedRevision !== null || !isComplete(channel)) return null;
  return channel.rejectedRevision === channel.revision ? 'REJECTED' : 'AWAITING_APPROVAL';
}

const lacksPostUrl = ({ mode, postUrl }: { mode: IntegrationMode; postUrl: string | null }): boolean =>
  mode === 'ASYNC' && postUrl === null;
