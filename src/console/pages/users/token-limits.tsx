import { Group, MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { faultOf, type Problem } from '../../api/problem';
import { useData } from '../../api/use-data';

const CHOICES = graphql(`
  query TokenLimitChoices($search: String) {
    permissions
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

/** Empty: all. */
export interface Limits {
  actions: string[];
  botIds: string[];
}

interface TokenLimitsProps {
  limits: Limits;
  problem: Problem | null;
  onChange(limits: Limits): void;
}

/** What a new API token is to be good for. */
export function TokenLimits({ limits, problem, onChange }: TokenLimitsProps) {
  const [typed, setTyped] = useState('');
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const [search] = useDebouncedValue(typed.trim(), 250);
  const { data } = useData(CHOICES, { search: search || null });
  const found = data?.bots.edges.map(({ node }) => ({ value: node.id, label: node.name })) ?? [];
  // Those picked stay among the choices, whatever is searched for.
  const picked = limits.botIds.filter((id) => !found.some(({ value }) => value === id));
  const choices = [...picked.map((value) => ({ value, label: names.get(value) ?? value })), ...found];
  const pick = (botIds: string[]) => {
    setNames(new Map([...names, ...choices.map(({ value, label }) => [value, label] as const)]));
    onChange({ ...limits, botIds });
  };
  return (
    <Group align="start" grow>
      <MultiSelect
        label="Only these actions"
        description="Empty: all that its user may do. Name “read” too where it is to read."
        data={data?.permissions ?? []}
        searchable
        value={limits.actions}
        error={faultOf(problem, 'actions')}
        onChange={(actions) => onChange({ ...limits, actions })}
      />
      <MultiSelect
        label="Only these bots"
        description="Empty: all that its user may see"
        data={choices}
        searchable
        nothingFoundMessage="No bot is called so"
        searchValue={typed}
        onSearchChange={setTyped}
        value={limits.botIds}
        error={faultOf(problem, 'botIds')}
        onChange={pick}
      />
    </Group>
  );
}

/** The limits of a token in a few words. */
export function limitsInWords({
  actions,
  botIds,
}: {
  actions?: string[] | null | undefined;
  botIds?: string[] | null | undefined;
}): string {
  const what = actions ? actions.join(', ') : 'Everything its user may do';
  if (!botIds) return what;
  return `${what}, with ${botIds.length === 1 ? 'one bot' : `${botIds.length} bots`}`;
}
