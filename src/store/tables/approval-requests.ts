import type { Db } from '../database/database.js';
import { descending } from '../database/order.js';
import { findPage, type PageRequest } from '../database/page.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { CanaryPlan } from './canaries.js';

export type ApprovalKind = 'CHANNEL' | 'CHANNEL_UPGRADE' | 'PUBLISH';
export type ApprovalStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'WITHDRAWN';

const approvalRequests = table('approval_requests', {
  id: text(),
  accountId: text(),
  kind: text<ApprovalKind>(),
  status: text<ApprovalStatus>(),
  botId: text(),
  channelId: nullable(text()),
  channelRevision: nullable(number),
  versionId: nullable(text()),
  changes: json<Record<string, unknown>>(),
  requestedBy: nullable(text()),
  decidedBy: nullable(text()),
  reason: nullable(text()),
  /** The check of a publish, or why it is published without one that the account takes. */
  checkId: nullable(text()),
  checkReason: nullable(text()),
  /** The share by which a publish is to begin; null: it serves all. */
  canary: nullable(json<CanaryPlan>()),
  createdAt: number,
  decidedAt: nullable(number),
  /** When somebody put its rejection aside. */
  dismissedAt: nullable(number),
});
export type ApprovalRequestRecord = RecordOf<typeof approvalRequests>;

const NEWEST_FIRST = descending(approvalRequests, 'createdAt', 'id');

export const insertApprovalRequest = (db: Db, request: ApprovalRequestRecord) => approvalRequests.insert(db, [request]);

export const findApprovalRequest = (db: Db, accountId: string, id: string) =>
  approvalRequests.row(db, (query) => query.where({ account_id: accountId, id }));

export const listApprovalRequests = (
  db: Db,
  accountId: string,
  request: PageRequest & { status?: ApprovalStatus | null | undefined; botIds: readonly string[] | null },
) =>
  findPage(db, approvalRequests, NEWEST_FIRST, request, (query) => {
    const own = query.where('approval_requests.account_id', accountId);
    if (request.botIds) void own.whereIn('approval_requests.bot_id', request.botIds as string[]);
    return request.status ? own.where('approval_requests.status', request.status) : own;
  });

export const pendingRequestOfChannel = (db: Db, channelId: string) =>
  approvalRequests.row(db, (query) => query.where({ channel_id: channelId, status: 'PENDING' }));

/** The open request of each of these channels that has one. */
export const pendingRequestsOfChannels = (db: Db, channelIds: readonly string[]) =>
  approvalRequests.rowsIn(db, 'channelId', channelIds, (query) => query.where({ status: 'PENDING' }));

export const pendingRequestsOfBot = (db: Db, botId: string) =>
  approvalRequests.rows(db, (query) => query.where({ bot_id: botId, status: 'PENDING' }));

export const pendingPublishOfBot = (db: Db, botId: string) =>
  approvalRequests.row(db, (query) => query.where({ bot_id: botId, status: 'PENDING', kind: 'PUBLISH' }));

/** The open publish request of each of these bots that has one. */
export const pendingPublishesOf = (db: Db, botIds: readonly string[]) =>
  approvalRequests.rowsIn(db, 'botId', botIds, (query) => query.where({ status: 'PENDING', kind: 'PUBLISH' }));

/** The newest publish request of each of these bots, or request of each of these channels, where that is rejected and not put aside. */
export async function standingRejections(
  db: Db,
  column: 'bot_id' | 'channel_id',
  ids: readonly string[],
): Promise<ApprovalRequestRecord[]> {
  const ranked = db('approval_requests')
    .select('id')
    .select(db.raw('row_number() over (partition by ?? order by created_at desc, id desc) as place', [column]))
    .whereIn(column, ids as string[]);
  if (column === 'bot_id') void ranked.where('kind', 'PUBLISH');
  const newest = db.from(ranked.as('ranked')).where('place', 1).select('id');
  return approvalRequests.rows(db, (query) =>
    query.whereIn('approval_requests.id', newest).where({ status: 'REJECTED' }).whereNull('dismissed_at'),
  );
}

/** The last publish request of each of these bots that was decided or still waits. */
export async function lastPublishStatus(db: Db, botIds: readonly string[]): Promise<Map<string, ApprovalStatus>> {
  const ranked = db('approval_requests')
    .select('bot_id', 'status')
    .select(db.raw('row_number() over (partition by bot_id order by created_at desc, id desc) as place'))
    .whereIn('bot_id', botIds as string[])
    .where('kind', 'PUBLISH');
  const rows = await db.from(ranked.as('ranked')).where('place', 1).select('bot_id', 'status');
  return new Map(rows.map((row) => [row.bot_id, row.status]));
}

export const updateApprovalRequest = (db: Db, id: string, change: Partial<ApprovalRequestRecord>) =>
  approvalRequests.update(db, (query) => query.where({ id }), change);
