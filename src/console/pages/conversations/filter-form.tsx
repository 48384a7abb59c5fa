import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useRights } from '../../api/use-viewer';
import { BotSelect } from '../../parts/bot-select';
import { ChannelSelect } from '../../parts/channel-select';
import type { FilterInAddress, FilterText } from './use-conversation-filter';

const FAILED = [
  { value: 'yes', label: 'With a failed turn' },
  { value: 'no', label: 'Without one' },
];

const TESTS = [
  { value: 'with', label: 'With tests' },
  { value: 'only', label: 'Tests only' },
];

/** What is picked counts at once, what is typed with Enter or Show. */
export function FilterForm({ text, set, clear }: Omit<FilterInAddress, 'filter'>) {
  const { mayBuild } = useRights();
  const [typed, setTyped] = useState<FilterText>(text);
  const field = (name: keyof FilterText) => ({
    value: typed[name] ?? '',
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      setTyped({ ...typed, [name]: currentTarget.value }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const { user = '', text: said = '', from = '', to = '' } = typed;
        set({ user: user.trim(), text: said.trim(), from, to });
      }}
    >
      <Group align="end">
        <BotSelect value={text.botId ?? null} onChange={(id) => set({ botId: id ?? '', channelId: '' })} />
        <ChannelSelect
          key={text.botId ?? 'all'}
          botId={text.botId ?? null}
          value={text.channelId ?? null}
          onChange={(id) => set({ channelId: id ?? '' })}
        />
        <TextInput label="User" placeholder="A part of the id" {...field('user')} />
        {mayBuild && <TextInput label="Said" placeholder="A part of a message" {...field('text')} />}
        <Select
          label="Failures"
          placeholder="Any"
          data={FAILED}
          clearable
          clearButtonProps={{ 'aria-label': 'With and without failures' }}
          value={text.failed ?? null}
          onChange={(failed) => set({ failed: failed ?? '' })}
        />
        <Select
          label="Tests"
          placeholder="Without tests"
          data={TESTS}
          clearable
          clearButtonProps={{ 'aria-label': 'Without tests' }}
          value={text.tests ?? null}
          onChange={(tests) => set({ tests: tests ?? '' })}
        />
        <TextInput label="Last message from" type="datetime-local" {...field('from')} />
        <TextInput label="Last message until" type="datetime-local" {...field('to')} />
        <Button type="submit" variant="default">
          Show
        </Button>
        <Button
          variant="subtle"
          onClick={() => {
            setTyped({});
            clear();
          }}
        >
          Clear
        </Button>
      </Group>
    </form>
  );
}
