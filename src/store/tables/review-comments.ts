import type { Db } from '../database/database.js';
import { nullable, number, type RecordOf, table, text } from '../database/table.js';

const reviewComments = table('review_comments', {
  id: text(),
  accountId: text(),
  requestId: text(),
  botId: text(),
  /** The item of the review it is about; null: the whole request. */
  anchor: nullable(text()),
  /** Line of the item's text after the change, or before where it is removed; from 1. */
  line: nullable(number),
  text: text(),
  authorId: text(),
  createdAt: number,
  resolvedBy: nullable(text()),
  resolvedAt: nullable(number),
});
export type ReviewCommentRecord = RecordOf<typeof reviewComments>;

export const insertReviewComment = (db: Db, comment: ReviewCommentRecord) => reviewComments.insert(db, [comment]);

export const findReviewComment = (db: Db, accountId: string, id: string) =>
  reviewComments.row(db, (query) => query.where({ account_id: accountId, id }));

export const countReviewComments = async (db: Db, requestId: string): Promise<number> =>
  Number((await db('review_comments').where({ request_id: requestId }).count({ total: '*' }).first())?.total ?? 0);

/** Oldest first. */
export const reviewCommentsOf = (db: Db, requestIds: readonly string[]) =>
  reviewComments.rowsIn(db, 'requestId', requestIds, (query) =>
    query.orderBy(['review_comments.created_at', 'review_comments.id']),
  );

export const updateReviewComment = (db: Db, id: string, change: Partial<ReviewCommentRecord>) =>
  reviewComments.update(db, (query) => query.where({ id }), change);
