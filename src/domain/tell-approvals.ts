import type { ApprovalRequestRecord } from '../store/tables/approval-requests.js';
import type { Command } from './command.js';

/** The number of the version that a roll back goes back to. */
type Earlier = number | null | undefined;

type Telling = Pick<Command, 'tell' | 'viewer'>;

/** Has it told that a request waits for a decision. One that is approved automatically waits for nobody. */
export function tellRequested({ tell, viewer }: Telling, request: ApprovalRequestRecord, rollbackOf?: Earlier): void {
  if (request.status === 'PENDING')
    tell('APPROVAL_REQUESTED', request.id, { ...factsOf(request, rollbackOf), by: viewer.name });
}

/** Has it told that a request was approved or rejected; not the reason, which somebody wrote. */
export function tellDecided({ tell, viewer }: Telling, request: ApprovalRequestRecord, rollbackOf?: Earlier): void {
  const { status: decision } = request;
  if (decision === 'WITHDRAWN') return;
  tell('APPROVAL_DECIDED', request.id, { ...factsOf(request, rollbackOf), decision, by: viewer.name });
}

const factsOf = ({ id, kind, botId, channelId }: ApprovalRequestRecord, rollbackOf: Earlier) => ({
  ...{ requestId: id, kind, botId, channelId },
  ...(typeof rollbackOf === 'number' && { rollbackOf }),
});
