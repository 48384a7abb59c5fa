import { graphql } from '../../api/.generated/gql';
import type { UsersQuery } from '../../api/.generated/graphql';

export const USERS = graphql(`
  query Users {
    users {
      id
      name
      email
      role
      service
      signsInWith
      createdAt
      lastActiveAt
      disabledAt
      botRoles {
        role
        bot {
          id
          name
        }
      }
      apiTokens {
        id
        name
        createdAt
        expiresAt
        lastUsedAt
        session
        actions
        botIds
      }
    }
  }
`);

export type UserNode = UsersQuery['users'][number];
