import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { graphql } from '../api/.generated/gql';
import { useData } from '../api/use-data';

const CHOICES = graphql(`
  query BotChoices($search: String, $id: ID!, $isPicked: Boolean!) {
    bot(id: $id) @include(if: $isPicked) {
      id
      name
    }
    bots(search: $search, first: 30) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`);

interface BotSelectProps {
  value: string | null;
  onChange(id: string | null, name: string): void;
  /** What is meant when nothing is picked. */
  placeholder?: string;
}

/** One bot of however many: what is typed searches at the server. */
export function BotSelect({ value, onChange, placeholder = 'Pick a bot' }: BotSelectProps) {
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState<{ value: string; label: string } | null>(null);
  const [search] = useDebouncedValue(typed === picked?.label ? '' : typed.trim(), 250);
  const { data, problem } = useData(CHOICES, { search: search || null, id: value ?? '', isPicked: value !== null });
  const nodes = [...(data?.bot ? [data.bot] : []), ...(data?.bots.edges.map(({ node }) => node) ?? [])];
  const choices = [...new Map(nodes.map(({ id, name }) => [id, { value: id, label: name }])).values()];
  const pick = (id: string | null) => {
    const choice = choices.find((one) => one.value === id) ?? null;
    setPicked(choice);
    onChange(id, choice?.label ?? '');
  };
  return (
    <Select
      label="Bot"
      placeholder={placeholder}
      data={choices}
      searchable
      allowDeselect={false}
      nothingFoundMessage="No bot is called so"
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value}
      error={problem?.message}
      onChange={pick}
      miw={220}
    />
  );
}
