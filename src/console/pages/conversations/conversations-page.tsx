import { Group, Paper, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { Page } from '../../parts/page';
import { PagedTable } from '../../parts/paged-table';
import { SavedViews } from '../../parts/saved-views';
import { ConversationRows } from './conversation-rows';
import { FilterForm } from './filter-form';
import { FindTurn } from './find-turn';
import { useConversationFilter } from './use-conversation-filter';

export function ConversationsPage() {
  const { text, filter, set, clear } = useConversationFilter();
  const [live, setLive] = useState(true);
  const [chosen, setChosen] = useState(0);
  return (
    <Page
      title="Conversations"
      intro="What users said and what the bots answered, the last active first."
      actions={<FindTurn />}
    >
      <Stack>
        <FilterForm key={chosen} text={text} set={set} clear={clear} />
        {filter.text && (
          <Text size="sm" c="dimmed">
            Looked for in the newest 100 turns of each conversation, from the last active one back, for a moment at a
            time.
          </Text>
        )}
        <Group>
          <SavedViews page="conversations" onChoose={() => setChosen(chosen + 1)} />
          <Switch label="Live" checked={live} onChange={(event) => setLive(event.currentTarget.checked)} />
        </Group>
        <Paper withBorder>
          <PagedTable
            key={JSON.stringify(filter)}
            label="Conversations"
            columns={['User', 'Bot', 'Channel', 'Last message', 'Began', 'Actions']}
            page={(page) => <ConversationRows filter={filter} live={live} page={page} />}
          />
        </Paper>
      </Stack>
    </Page>
  );
}
