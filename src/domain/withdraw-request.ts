import { type ApprovalRequestRecord, updateApprovalRequest } from '../store/tables/approval-requests.js';
import { updateBotVersion } from '../store/tables/bot-versions.js';
import type { Command } from './command.js';

/** Withdraws an open request whose subject was saved again or deleted; its version will not go live. */
export async function withdrawRequest({ trx, now, audit }: Command, request: ApprovalRequestRecord): Promise<void> {
  await updateApprovalRequest(trx, request.id, { status: 'WITHDRAWN', decidedAt: now });
  if (request.versionId) await updateBotVersion(trx, request.versionId, { status: 'SUPERSEDED' });
  audit(request.channelId ?? request.botId, { requestId: request.id, kind: request.kind }, 'approval.withdraw');
}
