import { Select } from '@mantine/core';
import type { ScopeChoice } from './override';

interface OverrideScopeProps {
  scopes: ScopeChoice[];
  value: string;
  onChange(id: string): void;
}

export function OverrideScope({ scopes, value, onChange }: OverrideScopeProps) {
  return (
    <Select
      label="Channel"
      description="An override of one channel wins over that of all webhook channels, and that over what the bot says"
      maw={480}
      mb="md"
      allowDeselect={false}
      data={scopes.map(({ id, label }) => ({ value: id, label }))}
      value={value}
      onChange={(picked) => onChange(picked ?? value)}
    />
  );
}
