import { graphql } from '../../api/.generated/gql';
import type { CheckGroupsQuery } from '../../api/.generated/graphql';

export const GROUPS = graphql(`
  query CheckGroups($id: ID!) {
    versionCheck(id: $id) {
      id
      groups(first: 100) {
        totalCount
        edges {
          cursor
          node {
            key
            outcome
            node
            message
            messageName
            turns
            channel {
              id
              name
            }
            acceptance {
              id
              comment
              acceptedAt
              until
              acceptedBy {
                id
                name
              }
            }
          }
        }
      }
    }
  }
`);

export type CheckedGroup = NonNullable<CheckGroupsQuery['versionCheck']>['groups']['edges'][number]['node'];
