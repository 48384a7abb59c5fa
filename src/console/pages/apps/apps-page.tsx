import { MagnifyingGlassIcon, PlusIcon } from '@heroicons/react/24/outline';
import { Button, Group, Paper, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { ListOrder } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { useMayInAccount, useRights } from '../../api/use-viewer';
import { CreateApp } from '../../parts/create-app';
import { ListFilters } from '../../parts/list-filters';
import { Page } from '../../parts/page';
import { PagedTable } from '../../parts/paged-table';
import { SavedViews } from '../../parts/saved-views';
import { SecretOnce } from '../../parts/secret-once';
import { TAGS, TagPicked } from '../../parts/tag-picked';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { usePicked } from '../../parts/use-picked';
import { AppRows, type Credentials } from './app-rows';

const FIELDS = ['search', 'tag', 'order'] as const;
const COLUMNS = ['App', 'Algorithm', 'Channels', 'Created', 'Actions'];

export function AppsPage() {
  const { mayBuild } = useRights();
  const may = useMayInAccount();
  const { text, set } = useFieldsInAddress(FIELDS);
  const { data } = useData(TAGS, {});
  const picked = usePicked();
  const mayTag = may('app.tag');
  const filter = {
    search: text.search ?? null,
    tag: text.tag ?? null,
    order: (text.order ?? null) as ListOrder | null, // the server refuses any other
  };
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
        <Group align="end">
          <TextInput
            aria-label="Search apps"
            placeholder="Search by name or client id"
            miw={240}
            leftSection={<MagnifyingGlassIcon width={16} aria-hidden />}
            defaultValue={text.search ?? ''}
            onChange={(event) => search(event.currentTarget.value)}
          />
          <ListFilters
            text={text}
            set={set}
            tags={data?.tags ?? []}
            withCallbacks={false}
            changed="Last changed secret first"
          />
          <SavedViews page="apps" />
        </Group>
        {mayTag && (
          <Group>
            <TagPicked of="apps" ids={[...picked.ids]} onDone={picked.clear} />
          </Group>
        )}
        <Paper withBorder>
          <PagedTable
            key={JSON.stringify(filter)}
            label="Apps"
            columns={mayTag ? ['Pick', ...COLUMNS] : COLUMNS}
            page={(page) => <AppRows page={page} filter={filter} onSecret={setShown} {...(mayTag && { picked })} />}
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
