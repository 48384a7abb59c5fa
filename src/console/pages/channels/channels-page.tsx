import { MagnifyingGlassIcon } from '@heroicons/react/24/outline';
import { Group, Paper, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import type { ChannelStatus, IntegrationMode, ListOrder } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { useMayInAccount } from '../../api/use-viewer';
import { ListFilters } from '../../parts/list-filters';
import { Page } from '../../parts/page';
import { PagedTable } from '../../parts/paged-table';
import { SavedViews } from '../../parts/saved-views';
import { TAGS } from '../../parts/tag-picked';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { usePicked } from '../../parts/use-picked';
import { CHANNEL_STATES } from '../../parts/words';
import { ChannelRows } from './channel-rows';
import { PickedChannels } from './picked-channels';

const FIELDS = ['search', 'status', 'mode', 'tag', 'failing', 'order'] as const;
const MODES = [
  { value: 'SYNC', label: 'Synchronous' },
  { value: 'ASYNC', label: 'Asynchronous' },
];
const COLUMNS = ['Channel', 'Bot', 'State', 'App', 'Last message', 'Changed'];

/** All channels of the account. */
export function ChannelsPage() {
  const { text, set } = useFieldsInAddress(FIELDS);
  const may = useMayInAccount();
  const { data } = useData(TAGS, {});
  const picked = usePicked();
  const search = useDebouncedCallback((value: string) => set({ search: value.trim() }, { replace: true }), 250);
  const mayChange = may('channel.update');
  const filter = {
    search: text.search ?? null,
    status: (text.status ?? null) as ChannelStatus | null, // the server refuses any other
    mode: (text.mode ?? null) as IntegrationMode | null,
    tag: text.tag ?? null,
    failing: text.failing ? true : null,
    order: (text.order ?? null) as ListOrder | null,
  };
  return (
    <Page title="Channels" intro="The webhook channels of all bots.">
      <Stack>
        <Group align="end">
          <TextInput
            aria-label="Search channels"
            placeholder="Search by name or id"
            miw={240}
            leftSection={<MagnifyingGlassIcon width={16} aria-hidden />}
            defaultValue={text.search ?? ''}
            onChange={(event) => search(event.currentTarget.value)}
          />
          <Select
            aria-label="State"
            placeholder="Any state"
            clearable
            clearButtonProps={{ 'aria-label': 'Any state' }}
            data={Object.entries(CHANNEL_STATES).map(([value, { text: label }]) => ({ value, label }))}
            value={text.status ?? null}
            onChange={(status) => set({ status: status ?? '' })}
          />
          <Select
            aria-label="Mode"
            placeholder="Any mode"
            clearable
            clearButtonProps={{ 'aria-label': 'Any mode' }}
            data={MODES}
            value={text.mode ?? null}
            onChange={(mode) => set({ mode: mode ?? '' })}
          />
          <ListFilters text={text} set={set} tags={data?.tags ?? []} />
          <SavedViews page="channels" />
        </Group>
        {mayChange && <PickedChannels ids={[...picked.ids]} onDone={picked.clear} />}
        <Paper withBorder>
          <PagedTable
            key={JSON.stringify(filter)}
            label="Channels"
            columns={mayChange ? ['Pick', ...COLUMNS] : COLUMNS}
            page={(page) => <ChannelRows page={page} filter={filter} {...(mayChange && { picked })} />}
          />
        </Paper>
      </Stack>
    </Page>
  );
}
