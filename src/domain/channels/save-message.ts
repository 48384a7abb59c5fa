import type { ApprovalRequestRecord } from '../../store/tables/approval-requests.js';
import type { ChannelRecord } from '../../store/tables/channels.js';

/** The message after a save: that it worked, and what is still to be done. */
export function saveMessage(channel: ChannelRecord, request: ApprovalRequestRecord | null): string {
  return `The webhook channel "${channel.name}" has been saved successfully. ${nextStep(channel, request)}`;
}

/** What is still to be done after a save. */
export function nextStep(channel: ChannelRecord, request: ApprovalRequestRecord | null): string {
  if (channel.clientId === null) return 'Associate an app with it to make it work.';
  if (channel.mode === 'ASYNC' && channel.postUrl === null) return 'Give it a POST URL to make it work.';
  if (!channel.enabled) return 'Enable it to get its URL.';
  if (request?.status === 'APPROVED') return 'It has been approved automatically.';
  if (request?.kind === 'CHANNEL') return 'A request has been sent to the Bots Admin for approval.';
  if (request)
    return 'A request has been sent to the Bots Admin; until it is approved, the former configuration serves.';
  return 'Nothing in it needs a new approval.';
}
