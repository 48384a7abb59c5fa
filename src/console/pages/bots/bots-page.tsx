import { DocumentArrowUpIcon, PlusIcon } from '@heroicons/react/24/outline';
import { Alert, Button, Group, Paper, Stack } from '@mantine/core';
import { useState } from 'react';
import { useMayInAccount } from '../../api/use-viewer';
import { Page } from '../../parts/page';
import { PagedTable } from '../../parts/paged-table';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { useFilesDropped } from '../../parts/use-files-dropped';
import { usePicked } from '../../parts/use-picked';
import { BotFilter, FIELDS, filterOf } from './bot-filter';
import { BotRows } from './bot-rows';
import { CreateBot } from './create-bot';
import { ImportBot } from './import-bot';
import { PickedBots } from './picked-bots';

const COLUMNS = ['Bot', 'State', 'Channels', 'Engine', 'Changed'];

export function BotsPage() {
  const may = useMayInAccount();
  const { text } = useFieldsInAddress(FIELDS);
  const filter = filterOf(text);
  const picked = usePicked();
  const mayTag = may('bot.tag');
  const [open, setOpen] = useState<'create' | 'import' | null>(null);
  const [dropped, setDropped] = useState<readonly File[]>([]);
  const mayCreate = may('bot.create');
  const isDropping = useFilesDropped(mayCreate && open === null, (files) => {
    setDropped(files);
    setOpen('import');
  });
  const actions = mayCreate && (
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
        {isDropping && (
          <Alert role="status" variant="outline">
            Drop the export anywhere here to import it.
          </Alert>
        )}
        <BotFilter />
        {mayTag && <PickedBots ids={[...picked.ids]} onDone={picked.clear} />}
        <Paper withBorder>
          <PagedTable
            key={JSON.stringify(filter)}
            label="Bots"
            columns={mayTag ? ['Pick', ...COLUMNS] : COLUMNS}
            page={(page) => (
              <BotRows page={page} filter={filter} onImport={() => setOpen('import')} {...(mayTag && { picked })} />
            )}
          />
        </Paper>
      </Stack>
      <CreateBot opened={open === 'create'} onClose={() => setOpen(null)} />
      <ImportBot
        opened={open === 'import'}
        dropped={dropped}
        onClose={() => {
          setOpen(null);
          setDropped([]);
        }}
      />
    </Page>
  );
}
