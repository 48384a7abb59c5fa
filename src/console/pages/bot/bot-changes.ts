import { graphql } from '../../api/.generated/gql';

/** What a publish with these channels, or a roll back, would change against the live version. */
export const BOT_CHANGES = graphql(`
  query BotChanges($id: ID!, $channelIds: [ID!], $versionNumber: Int) {
    bot(id: $id) {
      id
      changes(channelIds: $channelIds, versionNumber: $versionNumber)
    }
  }
`);
