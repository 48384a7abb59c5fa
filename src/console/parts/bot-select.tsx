import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { graphql } from '../api/.generated/gql';
import { useData } from '../api/use-data';

const CHOICES = graphql(`
  query BotChoices($search: String) {
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
  /** Picks the first one when nothing is picked. */
  pickFirst?: boolean;
}

/** One bot of however many: what is typed searches at the server. */
export function BotSelect({ value, onChange, pickFirst = false }: BotSelectProps) {
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState<{ value: string; label: string } | null>(null);
  const [search] = useDebouncedValue(typed === picked?.label ? '' : typed.trim(), 250);
  const { data, problem } = useData(CHOICES, { search: search || null });
  const found = data?.bots.edges.map(({ node }) => ({ value: node.id, label: node.name })) ?? [];
  const choices = picked && !found.some((one) => one.value === picked.value) ? [picked, ...found] : found;
  const pick = (id: string | null) => {
    const choice = choices.find((one) => one.value === id) ?? null;
    setPicked(choice);
    onChange(id, choice?.label ?? '');
  };
  const [first] = found;
  if (pickFirst && value === null && first && picked === null) queueMicrotask(() => pick(first.value));
  return (
    <Select
      label="Bot"
      placeholder="Pick a bot"
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
