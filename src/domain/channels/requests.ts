import { rowId } from '../../ids.js';
import { findAccount } from '../../store/tables/accounts.js';
import {
  type ApprovalRequestRecord,
  insertApprovalRequest,
  pendingRequestOfChannel,
} from '../../store/tables/approval-requests.js';
import { type ChannelRecord, updateChannel } from '../../store/tables/channels.js';
import type { Vault } from '../../store/vault.js';
import type { Command } from '../command.js';
import { tellRequested } from '../tell-approvals.js';
import { withdrawRequest } from '../withdraw-request.js';
import { isComplete } from './blockers.js';
import { approval, approvedConfiguration, configurationChanges, savedConfiguration } from './configuration.js';

/**
 * Submits the saved configuration for approval, if needed: CHANNEL when no configuration was ever approved,
 * CHANNEL_UPGRADE when the saved one differs from the approved one. A save replaces an open request. What was
 * rejected is asked again only when it changes or is enabled anew. Gives the channel as it then stands.
 */
export async function askForApproval(
  command: Command,
  vault: Vault,
  channel: ChannelRecord,
  turnedOn: boolean,
): Promise<{ channel: ChannelRecord; request: ApprovalRequestRecord | null }> {
  await withdrawRequestOf(command, channel.id);
  const { revision, approvedRevision, rejectedRevision } = channel;
  if (!isComplete(channel) || revision === approvedRevision) return { channel, request: null };
  if (approvedRevision !== null && revision === rejectedRevision && !turnedOn) return { channel, request: null };

  const { trx, viewer, now, audit } = command;
  const kind = approvedRevision === null ? 'CHANNEL' : 'CHANNEL_UPGRADE';
  const automatic = (await findAccount(trx, viewer.accountId))?.autoApprove.includes(kind) ?? false;
  const serving = approvedConfiguration(vault, channel);
  const request: ApprovalRequestRecord = {
    id: rowId('ar'),
    accountId: viewer.accountId,
    kind,
    status: automatic ? 'APPROVED' : 'PENDING',
    botId: channel.botId,
    channelId: channel.id,
    channelRevision: revision,
    versionId: null,
    changes: { channel: { name: channel.name, ...configurationChanges(serving, savedConfiguration(vault, channel)) } },
    requestedBy: viewer.id,
    decidedBy: null,
    canary: null,
    reason: automatic ? AUTOMATIC : null,
    createdAt: now,
    checkId: null,
    checkReason: null,
    decidedAt: automatic ? now : null,
    dismissedAt: null,
  };
  await insertApprovalRequest(trx, request);
  tellRequested(command, request);
  audit(channel.id, { requestId: request.id, kind, automatic }, 'approval.request');
  const change: Partial<ChannelRecord> = automatic ? approval(vault, channel, now) : { rejectedRevision: null };
  await updateChannel(trx, channel.id, change);
  return { channel: { ...channel, ...change }, request };
}

export const AUTOMATIC = 'Approved automatically by the settings of the account.';

/** Withdraws the channel's open request, if there is one. */
export async function withdrawRequestOf(command: Command, channelId: string): Promise<void> {
  const waiting = await pendingRequestOfChannel(command.trx, channelId);
  if (waiting) await withdrawRequest(command, waiting);
}
