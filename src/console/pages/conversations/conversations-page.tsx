import { Group, Paper, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { BotSelect } from '../../parts/bot-select';
import { useChannelChoices } from '../../parts/channel-choices';
import { Page } from '../../parts/page';
import { PagedTable } from '../../parts/paged-table';
import { ConversationRows } from './conversation-rows';

export function ConversationsPage() {
  const [botId, setBotId] = useState<string | null>(null);
  const [channelId, setChannelId] = useState<string | null>(null);
  const [typedUser, setTypedUser] = useState('');
  const [user] = useDebouncedValue(typedUser.trim(), 250);
  const [live, setLive] = useState(true);
  const channels = useChannelChoices(botId);
  return (
    <Page title="Conversations" intro="What users said and what the bots answered, the last active first.">
      <Stack>
        <Group align="end">
          <BotSelect
            value={botId}
            onChange={(id) => {
              setBotId(id);
              setChannelId(null);
            }}
          />
          <Select
            label="Channel"
            placeholder={botId === null ? 'Pick a bot first' : 'All channels'}
            data={channels}
            disabled={botId === null}
            clearable
            clearButtonProps={{ 'aria-label': 'All channels' }}
            value={channelId}
            onChange={setChannelId}
            miw={220}
          />
          <TextInput
            label="User"
            placeholder="The whole id"
            value={typedUser}
            onChange={(event) => setTypedUser(event.currentTarget.value)}
          />
          <Switch label="Live" pb={8} checked={live} onChange={(event) => setLive(event.currentTarget.checked)} />
        </Group>
        <Paper withBorder>
          <PagedTable
            key={`${channelId} ${user}`}
            label="Conversations"
            columns={['User', 'Bot', 'Channel', 'Last message', 'Began', 'Actions']}
            page={(page) => <ConversationRows channelId={channelId} user={user || null} live={live} page={page} />}
          />
        </Paper>
      </Stack>
    </Page>
  );
}
