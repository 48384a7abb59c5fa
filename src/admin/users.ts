import { type Api, type CallOptions, operation } from './api.js';
import type * as generated from './generated.js';

export type User = generated.UsersQuery['users'][number];

export interface UserOperations {
  /** All users with their API tokens, never the tokens themselves; and who is asking. */
  users(options?: CallOptions): Promise<{ viewer: { id: string }; users: User[] }>;
  /** The token, which nobody can see again. */
  createApiToken(token: generated.CreateApiTokenMutationVariables, options?: CallOptions): Promise<string>;
  revokeApiToken(id: string, options?: CallOptions): Promise<boolean>;
}

const USERS = operation<generated.UsersQuery, generated.UsersQueryVariables>(/* GraphQL */ `
  query Users {
    viewer {
      id
    }
    users {
      id
      name
      email
      role
      apiTokens {
        id
        name
        createdAt
        expiresAt
        lastUsedAt
      }
    }
  }
`);

const CREATE_API_TOKEN = operation<
  generated.CreateApiTokenMutation,
  generated.CreateApiTokenMutationVariables
>(/* GraphQL */ `
  mutation CreateApiToken($userId: ID!, $name: String!, $expiresAt: DateTime, $actions: [String!], $botIds: [ID!]) {
    result: createApiToken(userId: $userId, name: $name, expiresAt: $expiresAt, actions: $actions, botIds: $botIds)
  }
`);

const REVOKE_API_TOKEN = operation<
  generated.RevokeApiTokenMutation,
  generated.RevokeApiTokenMutationVariables
>(/* GraphQL */ `
  mutation RevokeApiToken($id: ID!) {
    result: revokeApiToken(id: $id)
  }
`);

export const userOperations = ({ run }: Api): UserOperations => ({
  users: (options) => run(USERS, {}, options),
  createApiToken: async (token, options) => (await run(CREATE_API_TOKEN, token, options)).result,
  revokeApiToken: async (id, options) => (await run(REVOKE_API_TOKEN, { id }, options)).result,
});
