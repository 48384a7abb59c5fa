import { DocumentArrowUpIcon, MagnifyingGlassIcon, PlusIcon } from '@heroicons/react/24/outline';
import { Button, Group, Paper, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useMayInAccount } from '../../api/use-viewer';
import { Page } from '../../parts/page';
import { PagedTable } from '../../parts/paged-table';
import { BotRows } from './bot-rows';
import { CreateBot } from './create-bot';
import { ImportBot } from './import-bot';

const SEARCH_DELAY_MS = 250;

export function BotsPage() {
  const may = useMayInAccount();
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.trim(), SEARCH_DELAY_MS);
  const [open, setOpen] = useState<'create' | 'import' | null>(null);
  const actions = may('bot.create') && (
    <Group gap="xs">
      <Button
        variant="default"
        leftSection={<DocumentArrowUpIcon width={16} aria-hidden />}
        onClick={() => setOpen('import')}
      >
        Import
      </Button>
      <Button leftSection={<PlusIcon width={16} aria-hidden />} onClick={() => setOpen('create')}>
        Create bot
      </Button>
    </Group>
  );
  return (
    <Page
      title="Bots"
      intro="What answers your users. Each bot talks over the webhook channels you give it."
      actions={actions}
    >
      <Stack>
        <TextInput
          aria-label="Search bots"
          placeholder="Search by name"
          maw={380}
          leftSection={<MagnifyingGlassIcon width={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Paper withBorder>
          <PagedTable
            key={wanted}
            label="Bots"
            columns={['Bot', 'State', 'Channels', 'Engine', 'Changed']}
            page={(page) => <BotRows page={page} search={wanted} onImport={() => setOpen('import')} />}
          />
        </Paper>
      </Stack>
      <CreateBot opened={open === 'create'} onClose={() => setOpen(null)} />
      <ImportBot opened={open === 'import'} onClose={() => setOpen(null)} />
    </Page>
  );
}
