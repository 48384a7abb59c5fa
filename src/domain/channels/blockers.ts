import type { ChannelRecord } from '../../store/tables/channels.js';
import type { IntegrationMode } from '../../vocabulary.js';

/** Every reason why the hook would refuse a message now, in the order in which they are best removed. */
export type ChannelBlocker =
  | 'NO_APP'
  | 'NO_POST_URL'
  | 'NOT_ENABLED'
  | 'AWAITING_APPROVAL'
  | 'REJECTED'
  | 'SUSPENDED'
  | 'BOT_NOT_PUBLISHED'
  | 'NOT_IN_LIVE_VERSION'
  | 'BOT_SUSPENDED';

export type ChannelStatus =
  | 'NEEDS_CONFIGURATION'
  | 'DISABLED'
  | 'AWAITING_APPROVAL'
  | 'APPROVED'
  | 'REJECTED'
  | 'SUSPENDED';

/** What of a channel's row decides whether it works. */
export type ChannelState = Pick<
  ChannelRecord,
  'clientId' | 'mode' | 'postUrl' | 'enabled' | 'revision' | 'rejectedRevision' | 'approvedRevision' | 'suspendedAt'
>;

/** What else does. */
export interface Surroundings {
  botPublished: boolean;
  inLiveVersion: boolean;
  botSuspended: boolean;
}

/** Empty: the hook answers. Used alike by the hooks and by whoever is told why a channel does not work. */
export function blockersOf(
  channel: ChannelState,
  { botPublished, inLiveVersion, botSuspended }: Surroundings,
): ChannelBlocker[] {
  const blockers: ChannelBlocker[] = []; // filled in place: at start it is asked of every channel there is
  const approval = approvalBlocker(channel);
  if (channel.clientId === null) blockers.push('NO_APP');
  if (channel.approvedRevision === null && lacksPostUrl(channel)) blockers.push('NO_POST_URL');
  if (!channel.enabled) blockers.push('NOT_ENABLED');
  if (approval !== null) blockers.push(approval);
  if (channel.suspendedAt !== null) blockers.push('SUSPENDED');
  if (!botPublished) blockers.push('BOT_NOT_PUBLISHED');
  else if (!inLiveVersion) blockers.push('NOT_IN_LIVE_VERSION');
  if (botSuspended) blockers.push('BOT_SUSPENDED');
  return blockers;
}

/** The one word for a channel's state. While an upgrade waits or was rejected it stays APPROVED: the old one serves. */
export function statusOf(channel: ChannelState): ChannelStatus {
  if (channel.suspendedAt !== null) return 'SUSPENDED';
  if (channel.clientId === null) return 'NEEDS_CONFIGURATION';
  if (!channel.enabled) return 'DISABLED';
  if (channel.approvedRevision !== null) return 'APPROVED';
  return lacksPostUrl(channel) ? 'NEEDS_CONFIGURATION' : (approvalBlocker(channel) ?? 'AWAITING_APPROVAL');
}

/** Whether an admin could be asked to approve what is saved. */
export const isComplete = (channel: Pick<ChannelState, 'clientId' | 'mode' | 'postUrl' | 'enabled'>): boolean =>
  channel.enabled && channel.clientId !== null && !lacksPostUrl(channel);

function approvalBlocker(channel: ChannelState): 'AWAITING_APPROVAL' | 'REJECTED' | null {
  if (channel.approvedRevision !== null || !isComplete(channel)) return null;
  return channel.rejectedRevision === channel.revision ? 'REJECTED' : 'AWAITING_APPROVAL';
}

const lacksPostUrl = ({ mode, postUrl }: { mode: IntegrationMode; postUrl: string | null }): boolean =>
  mode === 'ASYNC' && postUrl === null;
