import { type Api, type CallOptions, operation } from './api.js';
import { APPROVAL_REQUEST } from './fragments.js';
import type * as generated from './generated.js';
import { pages } from './pages.js';

export type ApprovalRequest = generated.ApprovalRequestFragment;

export interface ApprovalOperations {
  /** Newest first. */
  approvalRequests(
    filter?: { status?: generated.ApprovalStatus },
    options?: CallOptions,
  ): AsyncGenerator<ApprovalRequest>;
  approve(requestId: string, options?: CallOptions & { comment?: string }): Promise<ApprovalRequest>;
  reject(requestId: string, reason: string, options?: CallOptions): Promise<ApprovalRequest>;
}

const APPROVAL_REQUESTS = operation<
  generated.ApprovalRequestsQuery,
  generated.ApprovalRequestsQueryVariables
>(/* GraphQL */ `
  query ApprovalRequests($status: ApprovalStatus, $after: String) {
    page: approvalRequests(status: $status, first: 100, after: $after) {
      edges {
        node {
          ...ApprovalRequest
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${APPROVAL_REQUEST}
`);

const APPROVE = operation<generated.ApproveMutation, generated.ApproveMutationVariables>(/* GraphQL */ `
  mutation Approve($requestId: ID!, $comment: String) {
    result: approve(requestId: $requestId, comment: $comment) {
      ...ApprovalRequest
    }
  }
  ${APPROVAL_REQUEST}
`);

const REJECT = operation<generated.RejectMutation, generated.RejectMutationVariables>(/* GraphQL */ `
  mutation Reject($requestId: ID!, $reason: String!) {
    result: reject(requestId: $requestId, reason: $reason) {
      ...ApprovalRequest
    }
  }
  ${APPROVAL_REQUEST}
`);

export const approvalOperations = ({ run }: Api): ApprovalOperations => ({
  approvalRequests: ({ status } = {}, options) => pages((after) => run(APPROVAL_REQUESTS, { status, after }, options)),
  approve: async (requestId, { comment, ...options } = {}) =>
    (await run(APPROVE, { requestId, comment }, options)).result,
  reject: async (requestId, reason, options) => (await run(REJECT, { requestId, reason }, options)).result,
});
