import { type Api, type CallOptions, operation } from './api.js';
import type * as generated from './generated.js';

export type ReplayJob = generated.ReplayJobFragment;
export type ErasureJob = generated.ErasureJobFragment;

export interface JobOperations {
  /** Sends deliveries again that match; with `dryRun` only counts them. It goes on at the server: `replayJob` tells how far it is. */
  startReplay(replay: generated.StartReplayMutationVariables, options?: CallOptions): Promise<ReplayJob>;
  /** Null where there is none of this id. */
  replayJob(id: string, options?: CallOptions): Promise<ReplayJob | null>;
  /** Removes all that is stored of an end user up to now. It goes on at the server: `erasureJob` tells how far it is. */
  startErasure(erasure: generated.StartErasureMutationVariables, options?: CallOptions): Promise<ErasureJob>;
  erasureJob(id: string, options?: CallOptions): Promise<ErasureJob | null>;
  /** Ends a job where it stands. False: it was over. */
  cancelJob(id: string, options?: CallOptions): Promise<boolean>;
}

const REPLAY_JOB = /* GraphQL */ `
  fragment ReplayJob on ReplayJob {
    id
    status
    total
    totalIsExact
    replayed
    skipped
    createdAt
    finishedAt
    error
  }
`;

const ERASURE_JOB = /* GraphQL */ `
  fragment ErasureJob on ErasureJob {
    id
    status
    conversations
    turns
    deliveries
    attachments
    createdAt
    finishedAt
  }
`;

const START_REPLAY = operation<generated.StartReplayMutation, generated.StartReplayMutationVariables>(/* GraphQL */ `
  mutation StartReplay($filter: DeliveryFilter!, $perSecond: Float, $dryRun: Boolean) {
    result: replayDeliveries(filter: $filter, perSecond: $perSecond, dryRun: $dryRun) {
      ...ReplayJob
    }
  }
  ${REPLAY_JOB}
`);

const REPLAY_JOB_BY_ID = operation<generated.ReplayJobByIdQuery, generated.ReplayJobByIdQueryVariables>(/* GraphQL */ `
  query ReplayJobById($id: ID!) {
    result: replayJob(id: $id) {
      ...ReplayJob
    }
  }
  ${REPLAY_JOB}
`);

const START_ERASURE = operation<generated.StartErasureMutation, generated.StartErasureMutationVariables>(/* GraphQL */ `
  mutation StartErasure($user: String!, $botId: ID, $channelId: ID, $reason: String!) {
    result: eraseUser(user: $user, botId: $botId, channelId: $channelId, reason: $reason) {
      ...ErasureJob
    }
  }
  ${ERASURE_JOB}
`);

const ERASURE_JOB_BY_ID = operation<
  generated.ErasureJobByIdQuery,
  generated.ErasureJobByIdQueryVariables
>(/* GraphQL */ `
  query ErasureJobById($id: ID!) {
    result: erasureJob(id: $id) {
      ...ErasureJob
    }
  }
  ${ERASURE_JOB}
`);

const CANCEL_JOB = operation<generated.CancelJobMutation, generated.CancelJobMutationVariables>(/* GraphQL */ `
  mutation CancelJob($id: ID!) {
    result: cancelJob(id: $id)
  }
`);

export const jobOperations = ({ run }: Api): JobOperations => ({
  startReplay: async (replay, options) => (await run(START_REPLAY, replay, options)).result,
  replayJob: async (id, options) => (await run(REPLAY_JOB_BY_ID, { id }, options)).result ?? null,
  startErasure: async (erasure, options) => (await run(START_ERASURE, erasure, options)).result,
  erasureJob: async (id, options) => (await run(ERASURE_JOB_BY_ID, { id }, options)).result ?? null,
  cancelJob: async (id, options) => (await run(CANCEL_JOB, { id }, options)).result,
});
