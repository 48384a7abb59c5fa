import { graphql } from '../../api/.generated/gql';

/** The changes of a publish with these channels, or of a rollback, against the live version. */
export const BOT_CHANGES = graphql(`
  query BotChanges($id: ID!, $channelIds: [ID!], $versionNumber: Int) {
    bot(id: $id) {
      id
      changes(channelIds: $channelIds, versionNumber: $versionNumber)
    }
  }
`);
