import { type Api, type CallOptions, operation } from './api.js';
import type * as generated from './generated.js';

export type Canary = generated.CanaryFragment;

export interface CanaryOperations {
  /** The last canaries of a bot, newest first; null where there is no such bot. */
  canaries(botId: string, options?: CallOptions): Promise<Canary[] | null>;
  /** Another share for sessions that begin from soon on. */
  updateCanary(id: string, share: number, options?: CallOptions): Promise<Canary>;
  /** The candidate serves everybody. */
  promoteCanary(id: string, comment?: string, options?: CallOptions): Promise<Canary>;
  /** The version before serves everybody again. */
  rollBackCanary(id: string, reason?: string, options?: CallOptions): Promise<Canary>;
}

const CANARY = /* GraphQL */ `
  fragment Canary on Canary {
    id
    state
    share
    begunAt
    endedAt
    endedBy {
      name
    }
    reason
    candidate {
      number
    }
    baseline {
      number
    }
    sides {
      side
      conversations
      conversationsFailed
      conversationsUnidentified
      conversationsSlow
      turns
      tasksEnded
      tasksFulfilled
      responseTimeP50Ms
      responseTimeP95Ms
    }
    evidence {
      verdict
      metrics {
        metric
        finding
        worse
        worseAt
        noWorse
        noWorseAt
      }
    }
  }
`;

const CANARIES = operation<generated.CanariesQuery, generated.CanariesQueryVariables>(/* GraphQL */ `
  query Canaries($botId: ID!) {
    bot(id: $botId) {
      canaries {
        ...Canary
      }
    }
  }
  ${CANARY}
`);

const UPDATE = operation<generated.UpdateCanaryMutation, generated.UpdateCanaryMutationVariables>(/* GraphQL */ `
  mutation UpdateCanary($id: ID!, $share: Float!) {
    result: updateCanary(id: $id, share: $share) {
      ...Canary
    }
  }
  ${CANARY}
`);

const PROMOTE = operation<generated.PromoteCanaryMutation, generated.PromoteCanaryMutationVariables>(/* GraphQL */ `
  mutation PromoteCanary($id: ID!, $comment: String) {
    result: promoteCanary(id: $id, comment: $comment) {
      ...Canary
    }
  }
  ${CANARY}
`);

const ROLL_BACK = operation<generated.RollBackCanaryMutation, generated.RollBackCanaryMutationVariables>(/* GraphQL */ `
  mutation RollBackCanary($id: ID!, $reason: String) {
    result: rollBackCanary(id: $id, reason: $reason) {
      ...Canary
    }
  }
  ${CANARY}
`);

export const canaryOperations = ({ run }: Api): CanaryOperations => ({
  canaries: async (botId, options) => (await run(CANARIES, { botId }, options)).bot?.canaries ?? null,
  updateCanary: async (id, share, options) => (await run(UPDATE, { id, share }, options)).result,
  promoteCanary: async (id, comment, options) => (await run(PROMOTE, { id, comment }, options)).result,
  rollBackCanary: async (id, reason, options) => (await run(ROLL_BACK, { id, reason }, options)).result,
});
