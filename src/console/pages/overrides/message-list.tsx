import { MagnifyingGlassIcon } from '@heroicons/react/24/outline';
import { Group, Paper, Stack, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { PagedTable } from '../../parts/paged-table';
import { MessageRows } from './message-rows';
import type { BotOfMessages, Scope } from './override';

/** Everything the bot may say, with what this scope says instead. */
export function MessageList({ bot, scope }: { bot: BotOfMessages; scope: Scope }) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const [overriddenOnly, setOverriddenOnly] = useState(false);
  return (
    <Stack>
      <Group>
        <TextInput
          aria-label="Search messages"
          placeholder="Search messages"
          leftSection={<MagnifyingGlassIcon width={16} aria-hidden />}
          miw={280}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Switch
          label="Overridden only"
          checked={overriddenOnly}
          onChange={(event) => setOverriddenOnly(event.currentTarget.checked)}
        />
      </Group>
      <Paper withBorder>
        <PagedTable
          key={`${search} ${overriddenOnly}`}
          label="Messages"
          columns={['Message', 'All channels', scope.name, 'Actions']}
          page={(page) => (
            <MessageRows bot={bot} scope={scope} search={search || null} overriddenOnly={overriddenOnly} page={page} />
          )}
        />
      </Paper>
    </Stack>
  );
}
