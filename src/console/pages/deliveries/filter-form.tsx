import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { BotSelect } from '../../parts/bot-select';
import { ChannelSelect } from '../../parts/channel-select';
import { DELIVERY_STATES } from '../../parts/words';
import type { FilterInAddress, FilterText } from './use-delivery-filter';

const STATES = Object.entries(DELIVERY_STATES).map(([value, { text }]) => ({ value, label: text }));

/** What is picked counts at once, what is typed with Enter or Show. */
export function FilterForm({ text, set, ofChannel }: Omit<FilterInAddress, 'filter'> & { ofChannel: boolean }) {
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
        const { user = '', statusCode = '', from = '', to = '', endpoint = '' } = typed;
        set({ endpoint: endpoint.trim(), user: user.trim(), statusCode: statusCode.trim(), from, to });
      }}
    >
      <Group align="end">
        {!ofChannel && (
          <>
            <BotSelect value={text.botId ?? null} onChange={(id) => set({ botId: id ?? '', channelId: '' })} />
            <ChannelSelect
              key={text.botId ?? 'all'}
              botId={text.botId ?? null}
              value={text.channelId ?? null}
              onChange={(id) => set({ channelId: id ?? '' })}
            />
            <TextInput label="Endpoint" placeholder="https://crm.example.com" {...field('endpoint')} />
          </>
        )}
        <Select
          label="State"
          placeholder="Any"
          data={STATES}
          clearable
          clearButtonProps={{ 'aria-label': 'Any state' }}
          value={text.status ?? null}
          onChange={(status) => set({ status: status ?? '' })}
        />
        <TextInput label="User" placeholder="The whole id" {...field('user')} />
        <TextInput label="Answered with" placeholder="500" inputMode="numeric" w={120} {...field('statusCode')} />
        <TextInput label="Created from" type="datetime-local" {...field('from')} />
        <TextInput label="Created until" type="datetime-local" {...field('to')} />
        <Button type="submit" variant="default">
          Show
        </Button>
      </Group>
    </form>
  );
}
