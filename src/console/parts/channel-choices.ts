import { graphql } from '../api/.generated/gql';
import { useData } from '../api/use-data';

const CHANNELS = graphql(`
  query ChannelChoices($botId: ID!) {
    bot(id: $botId) {
      id
      channels {
        id
        name
        type
      }
    }
  }
`);

export interface ChannelChoice {
  value: string;
  label: string;
}

/** The channels of a bot by name and type. */
export function useChannelChoices(botId: string | null): ChannelChoice[] {
  const { data } = useData(CHANNELS, { botId: botId ?? '' }, { pause: botId === null });
  if (botId === null) return [];
  return data?.bot?.channels.map(({ id, name, type }) => ({ value: id, label: `${name} (${type})` })) ?? [];
}
