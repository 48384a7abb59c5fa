import { Select } from '@mantine/core';

const ALL = 'all';

interface OverrideScopeProps {
  channels: { id: string; name: string; type: string }[];
  /** Null: every webhook channel. */
  value: string | null;
  onChange(channelId: string | null): void;
}

/** Every webhook channel is here by its name, working or not. */
export function OverrideScope({ channels, value, onChange }: OverrideScopeProps) {
  return (
    <Select
      label="Channel"
      description="An override of one channel wins over that of all webhook channels, and that over what the bot says"
      maw={480}
      mb="md"
      allowDeselect={false}
      data={[
        ...channels.map(({ id, name, type }) => ({ value: id, label: `${name} (${type})` })),
        { value: ALL, label: 'All webhook channels' },
      ]}
      value={value ?? ALL}
      onChange={(picked) => onChange(picked === ALL ? null : picked)}
    />
  );
}
