import { Alert, Paper, SegmentedControl, Stack } from '@mantine/core';
import { useSearchParams } from 'wouter';
import type { DeliveryStatus } from '../../api/.generated/graphql';
import { PagedTable } from '../../parts/paged-table';
import { DeliveryRows } from '../deliveries/delivery-rows';
import { useChannel } from './channel-context';

type Filter = DeliveryStatus | 'ALL';

const FILTERS: { value: Filter; label: string }[] = [
  { value: 'ALL', label: 'All' },
  { value: 'PENDING', label: 'Pending' },
  { value: 'DELIVERED', label: 'Delivered' },
  { value: 'DEAD', label: 'Given up' },
];

/** What was POSTed to the channel's URL, newest first; in the state that the address says. */
export function DeliveriesTab() {
  const channel = useChannel();
  const [address, setAddress] = useSearchParams();
  const filter = FILTERS.find(({ value }) => value === address.get('status'))?.value ?? 'ALL';
  const setFilter = (value: string) => setAddress(value === 'ALL' ? {} : { status: value }, { replace: true });
  return (
    <Stack>
      {channel.mode === 'SYNC' && (
        <Alert variant="outline" color="gray">
          A synchronous channel answers in the response; only asynchronous ones deliver.
        </Alert>
      )}
      <SegmentedControl
        aria-label="State of the deliveries"
        w="fit-content"
        data={FILTERS}
        value={filter}
        onChange={setFilter}
      />
      <Paper withBorder>
        <PagedTable
          key={filter}
          label="Deliveries"
          columns={['Delivery', 'State', 'Attempts', 'Made', 'Next attempt', 'Actions']}
          page={(page) => (
            <DeliveryRows filter={{ channelId: channel.id, status: filter === 'ALL' ? null : filter }} page={page} />
          )}
        />
      </Paper>
    </Stack>
  );
}
