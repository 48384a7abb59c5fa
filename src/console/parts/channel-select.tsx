import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { graphql } from '../api/.generated/gql';
import { useData } from '../api/use-data';

const CHOICES = graphql(`
  query ChannelSelectChoices($search: String, $botId: ID, $id: ID!, $isPicked: Boolean!) {
    channel(id: $id) @include(if: $isPicked) {
      id
      name
      bot {
        id
        name
      }
    }
    channels(search: $search, botId: $botId, first: 30) {
      edges {
        node {
          id
          name
          bot {
            id
            name
          }
        }
      }
    }
  }
`);

interface ChannelSelectProps {
  /** Whose channels; null: those of all bots, named with their bots. */
  botId: string | null;
  value: string | null;
  onChange(id: string | null): void;
}

/** One channel of however many: what is typed searches at the server. */
export function ChannelSelect({ botId, value, onChange }: ChannelSelectProps) {
  const [typed, setTyped] = useState('');
  const [label, setLabel] = useState('');
  const [search] = useDebouncedValue(typed === label ? '' : typed.trim(), 250);
  const { data, problem } = useData(CHOICES, {
    search: search || null,
    botId,
    id: value ?? '',
    isPicked: value !== null,
  });
  const nodes = [...(data?.channel ? [data.channel] : []), ...(data?.channels.edges.map(({ node }) => node) ?? [])];
  const choices = [...new Map(nodes.map((channel) => [channel.id, channel])).values()].map(({ id, name, bot }) => ({
    value: id,
    label: botId === null ? `${name} · ${bot.name}` : name,
  }));
  return (
    <Select
      label="Channel"
      placeholder="All channels"
      data={choices}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'All channels' }}
      nothingFoundMessage="No channel is called so"
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value}
      error={problem?.message}
      onChange={(id) => {
        setLabel(choices.find((one) => one.value === id)?.label ?? '');
        onChange(id);
      }}
      miw={220}
    />
  );
}
