import { type Api, type CallOptions, operation } from './api.js';
import type * as generated from './generated.js';

export type VersionCheck = generated.VersionCheckFragment;
export type CheckGroup = generated.CheckGroupsQuery['versionCheck'] extends infer C
  ? NonNullable<C> extends { groups: { edges: { node: infer G }[] } }
    ? G
    : never
  : never;

export type TestResult = generated.CheckTestsQuery['versionCheck'] extends infer C
  ? NonNullable<C> extends { tests: { results: { edges: { node: infer R }[] } } }
    ? R
    : never
  : never;

export interface CheckOperations {
  /** Runs a version, or the draft, over recorded turns. It goes on at the server: `versionCheck` tells how far it is. */
  startCheck(input: generated.StartCheckInput, options?: CallOptions): Promise<VersionCheck>;
  /** Null where there is none of this id. */
  versionCheck(id: string, options?: CallOptions): Promise<VersionCheck | null>;
  /** The largest groups of turns that differ in the same way. */
  checkGroups(id: string, options?: CallOptions): Promise<CheckGroup[]>;
  /** How the bot's tests went, failed ones first. */
  checkTests(id: string, options?: CallOptions): Promise<TestResult[]>;
}

const VERSION_CHECK = /* GraphQL */ `
  fragment VersionCheck on VersionCheck {
    id
    status
    total
    conversations
    turns
    alike
    accepted
    different
    failing
    unknown
    tests {
      passed
      failed
      unknown
    }
    createdAt
    finishedAt
    error
  }
`;

const START_CHECK = operation<generated.StartCheckMutation, generated.StartCheckMutationVariables>(/* GraphQL */ `
  mutation StartCheck($input: StartCheckInput!) {
    result: startCheck(input: $input) {
      ...VersionCheck
    }
  }
  ${VERSION_CHECK}
`);

const CHECK_BY_ID = operation<generated.CheckByIdQuery, generated.CheckByIdQueryVariables>(/* GraphQL */ `
  query CheckById($id: ID!) {
    result: versionCheck(id: $id) {
      ...VersionCheck
    }
  }
  ${VERSION_CHECK}
`);

const GROUPS = operation<generated.CheckGroupsQuery, generated.CheckGroupsQueryVariables>(/* GraphQL */ `
  query CheckGroups($id: ID!) {
    versionCheck(id: $id) {
      groups(first: 100) {
        edges {
          node {
            key
            outcome
            node
            message
            turns
            channel {
              name
            }
          }
        }
      }
    }
  }
`);

const TESTS = operation<generated.CheckTestsQuery, generated.CheckTestsQueryVariables>(/* GraphQL */ `
  query CheckTests($id: ID!) {
    versionCheck(id: $id) {
      tests {
        results(first: 1000) {
          edges {
            node {
              testId
              name
              outcome
              step
              node
              message
            }
          }
        }
      }
    }
  }
`);

export const checkOperations = ({ run }: Api): CheckOperations => ({
  startCheck: async (input, options) => (await run(START_CHECK, { input }, options)).result,
  versionCheck: async (id, options) => (await run(CHECK_BY_ID, { id }, options)).result ?? null,
  checkGroups: async (id, options) =>
    ((await run(GROUPS, { id }, options)).versionCheck?.groups.edges ?? []).map(({ node }) => node),
  checkTests: async (id, options) =>
    ((await run(TESTS, { id }, options)).versionCheck?.tests.results.edges ?? []).map(({ node }) => node),
});
