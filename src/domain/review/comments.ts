import { badInput, conflict, notFound } from '../../errors.js';
import { rowId } from '../../ids.js';
import { groupBy } from '../../store/database/group-by.js';
import { findApprovalRequest } from '../../store/tables/approval-requests.js';
import {
  countReviewComments,
  findReviewComment,
  insertReviewComment,
  type ReviewCommentRecord,
  reviewCommentsOf,
  updateReviewComment,
} from '../../store/tables/review-comments.js';
import { may, type Viewer } from '../access.js';
import { type DomainDeps, runCommand } from '../command.js';
import { textInput } from '../text-input.js';
import type { Reviews } from './review.js';

/** Comments on one request; beyond it a further one is refused. */
const MAX_COMMENTS = 1000;

export interface NewComment {
  requestId: string;
  anchor?: string | null | undefined;
  line?: number | null | undefined;
  text: string;
}

/** What reviewers write beside the items of a request. They change nothing; they are kept with the request. */
export function createReviewComments(deps: DomainDeps, reviews: Reviews) {
  const { database } = deps;

  /** An item that the request does not change cannot be commented on. */
  async function checkAnchor(viewer: Viewer, { requestId, anchor, line }: NewComment): Promise<void> {
    if (line !== null && line !== undefined && line < 1) throw badInput('line', 'Lines are counted from 1.');
    const request = await findApprovalRequest(database.read, viewer.accountId, requestId);
    if (!request || !may(viewer, 'approval.comment', request.botId) || typeof anchor !== 'string') return;
    const { items } = await reviews.ofRequest(viewer, request);
    if (items.some((item) => item.anchor === anchor)) return;
    throw badInput('anchor', 'This request changes nothing by that name: take an anchor from its review.');
  }

  return {
    /** By request, oldest first. */
    async ofRequests(_viewer: Viewer, requestIds: readonly string[]): Promise<Map<string, ReviewCommentRecord[]>> {
      return groupBy(await reviewCommentsOf(database.read, requestIds), ({ requestId }) => requestId);
    },

    /** NOT_FOUND, BAD_USER_INPUT (`text`, `anchor`, `line`). */
    async add(viewer: Viewer, input: NewComment): Promise<ReviewCommentRecord> {
      await checkAnchor(viewer, input);
      return runCommand(deps, viewer, 'approval.comment', async ({ trx, now, allow, audit, changed }) => {
        const { requestId, anchor = null, line = null } = input;
        const missing = () => notFound('approval request', requestId);
        const request = await findApprovalRequest(trx, viewer.accountId, requestId);
        if (!request) throw missing();
        allow(request.botId, missing);
        const text = textInput(input.text, 'text');
        if (text === null) throw badInput('text', 'Write something: the comment is empty.');
        if ((await countReviewComments(trx, requestId)) >= MAX_COMMENTS) {
          throw conflict(`This request has ${MAX_COMMENTS} comments. Decide it, or have it asked for again.`);
        }
        const comment: ReviewCommentRecord = {
          ...{ id: rowId('rc'), accountId: viewer.accountId, requestId, botId: request.botId },
          ...{ anchor, line: anchor === null ? null : line, text },
          ...{ authorId: viewer.id, createdAt: now, resolvedBy: null, resolvedAt: null },
        };
        await insertReviewComment(trx, comment);
        changed('approval-request', requestId);
        audit(request.channelId ?? request.botId, { requestId, commentId: comment.id, anchor });
        return comment;
      });
    },

    /** Marks a comment as dealt with, or opens it again. NOT_FOUND. */
    resolve: (viewer: Viewer, id: string, resolved: boolean): Promise<ReviewCommentRecord> =>
      runCommand(deps, viewer, 'approval.resolve-comment', async ({ trx, now, allow, audit, changed }) => {
        const missing = () => notFound('comment', id);
        const comment = await findReviewComment(trx, viewer.accountId, id);
        if (!comment) throw missing();
        allow(comment.botId, missing);
        if ((comment.resolvedAt !== null) === resolved) return comment;
        const change = resolved ? { resolvedBy: viewer.id, resolvedAt: now } : { resolvedBy: null, resolvedAt: null };
        await updateReviewComment(trx, id, change);
        changed('approval-request', comment.requestId);
        audit(comment.botId, { requestId: comment.requestId, commentId: id, resolved });
        return { ...comment, ...change };
      }),
  };
}
