import { graphql } from '../../api/.generated/gql';
import type { BotDialogQuery } from '../../api/.generated/graphql';

/** What can be picked: the newest versions of a bot, and the dialogs of one. */
export const DIALOGS = graphql(`
  query BotDialogs($id: ID!, $version: Int) {
    bot(id: $id) {
      id
      dialogs(versionNumber: $version) {
        id
        name
        hidden
        nodeCount
      }
      versions(first: 50) {
        edges {
          node {
            id
            number
            status
          }
        }
      }
    }
  }
`);

export const DIALOG = graphql(`
  query BotDialog($id: ID!, $version: Int, $dialogId: ID!) {
    bot(id: $id) {
      id
      dialogs(versionNumber: $version, ids: [$dialogId]) {
        id
        name
        first
        nodes {
          id
          name
          kind
          within
          begins
          calls
          messageKey
          detail
          transitions {
            to
            condition
          }
        }
      }
    }
  }
`);

export const TURN_PATH = graphql(`
  query TurnPath($traceId: String!, $id: ID) {
    turn(traceId: $traceId, id: $id) {
      id
      at
      traceId
      trace
    }
  }
`);

export type Dialog = NonNullable<BotDialogQuery['bot']>['dialogs'][number];
export type DialogNode = Dialog['nodes'][number];
