import { Group, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { toIso, useFieldsInAddress } from '../../parts/use-fields-in-address';

const FIELDS = ['actor', 'action', 'subject', 'from', 'to'] as const;
type FilterText = Partial<Record<(typeof FIELDS)[number], string>>;

/** What stands in the address, as the server takes it. */
export function useAuditFilter() {
  const { text, set } = useFieldsInAddress(FIELDS);
  const { from, to, ...rest } = text;
  return { text, set, filter: { ...rest, ...(from && { from: toIso(from) }), ...(to && { to: toIso(to) }) } };
}

interface AuditFilterProps {
  text: FilterText;
  set(change: FilterText): void;
}

const TEXTS = [
  { field: 'actor', label: 'Who', description: 'A part of a name, or the id of a user' },
  { field: 'action', label: 'What', description: 'Such as bot.publish, or bot for all of its kind' },
  { field: 'subject', label: 'To what', description: 'A part of a name, or an id' },
] as const;
const TIMES = [
  { field: 'from', label: 'From' },
  { field: 'to', label: 'Before' },
] as const;

/** Typed texts reach the address, and so the list, once the typing pauses. */
export function AuditFilter({ text, set }: AuditFilterProps) {
  const [typed, setTyped] = useState(text);
  const settle = useDebouncedCallback(set, 250);
  const type = (change: FilterText) => {
    setTyped((before) => ({ ...before, ...change }));
    settle({ ...typed, ...change });
  };
  return (
    <Group align="flex-end">
      {TEXTS.map(({ field, ...words }) => (
        <TextInput
          key={field}
          {...words}
          value={typed[field] ?? ''}
          onChange={(event) => type({ [field]: event.currentTarget.value })}
        />
      ))}
      {TIMES.map(({ field, label }) => (
        <TextInput
          key={field}
          label={label}
          type="datetime-local"
          value={typed[field] ?? ''}
          onChange={(event) => type({ [field]: event.currentTarget.value })}
        />
      ))}
    </Group>
  );
}
