import { PlusIcon } from '@heroicons/react/24/outline';
import { Button, Paper, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { useRights } from '../../api/use-viewer';
import { CreateApp } from '../../parts/create-app';
import { Page } from '../../parts/page';
import { PagedTable } from '../../parts/paged-table';
import { SecretOnce } from '../../parts/secret-once';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { AppRows, type Credentials } from './app-rows';

export function AppsPage() {
  const { mayBuild } = useRights();
  const { text, set } = useFieldsInAddress(['search']);
  const search = useDebouncedCallback((value: string) => set({ search: value.trim() }, { replace: true }), 250);
  const [creating, setCreating] = useState(false);
  const [shown, setShown] = useState<Credentials | null>(null);
  return (
    <Page
      title="Apps"
      intro="The credentials of a caller: it signs a token for each message it sends, with the client secret or with a key of its own. One app may serve several channels."
      actions={
        mayBuild && (
          <Button leftSection={<PlusIcon width={16} aria-hidden />} onClick={() => setCreating(true)}>
            New app
          </Button>
        )
      }
    >
      <Stack>
        {shown && (
          <SecretOnce
            title="Credentials of the app"
            values={[
              { name: 'Client ID', value: shown.clientId },
              { name: 'Client secret', value: shown.secret },
            ]}
          />
        )}
        <TextInput
          aria-label="Search apps"
          placeholder="Search by name or client id"
          maw={320}
          defaultValue={text.search ?? ''}
          onChange={(event) => search(event.currentTarget.value)}
        />
        <Paper withBorder>
          <PagedTable
            key={text.search ?? ''}
            label="Apps"
            columns={['App', 'Algorithm', 'Channels', 'Made', 'Secret changed', 'Actions']}
            page={(page) => <AppRows page={page} search={text.search ?? null} onSecret={setShown} />}
          />
        </Paper>
      </Stack>
      <CreateApp
        opened={creating}
        onClose={() => setCreating(false)}
        onCreated={(clientId, secret) => setShown(secret === '' ? null : { clientId, secret })}
      />
    </Page>
  );
}
