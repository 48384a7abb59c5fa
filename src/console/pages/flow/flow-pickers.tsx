import { Group, SegmentedControl, Select } from '@mantine/core';
import type { BotDialogsQuery } from '../../api/.generated/graphql';
import { idTail } from '../../parts/id-tail';
import { VERSION_STATES } from '../../parts/words';
import { useFlowAddress } from './use-flow-address';

type Found = NonNullable<BotDialogsQuery['bot']>;

interface FlowPickersProps {
  dialogs: Found['dialogs'];
  versions: Found['versions']['edges'][number]['node'][];
  picked: string | null;
}

export function FlowPickers({ dialogs, versions, picked }: FlowPickersProps) {
  const { text, set } = useFlowAddress();
  const times = new Map<string, number>();
  for (const { name } of dialogs) times.set(name, (times.get(name) ?? 0) + 1);
  return (
    <Group align="end">
      <Select
        label="Version"
        allowDeselect={false}
        data={[
          { value: '', label: 'As edited' },
          ...versions.map(({ number, status }) => ({
            value: String(number),
            label: `Version ${number} (${VERSION_STATES[status].text})`,
          })),
        ]}
        value={text.version ?? ''}
        onChange={(version) => set({ version: version ?? '', node: '' })}
      />
      <Select
        label="Dialog"
        allowDeselect={false}
        searchable
        nothingFoundMessage="No dialog is called so"
        miw={260}
        data={dialogs.map(({ id, name, nodeCount }) => ({
          value: id,
          label: `${name}${(times.get(name) ?? 0) > 1 ? ` ${idTail(id)}` : ''} (${nodeCount} ${nodeCount === 1 ? 'node' : 'nodes'})`,
        }))}
        value={picked}
        onChange={(dialog) => set({ dialog: dialog ?? '', node: '' })}
      />
      <SegmentedControl
        aria-label="Shown as"
        data={[
          { value: '', label: 'Graph' },
          { value: 'list', label: 'List' },
        ]}
        value={text.view ?? ''}
        onChange={(view) => set({ view })}
      />
    </Group>
  );
}
