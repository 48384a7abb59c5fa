import { Group, Paper, Stack } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useRights } from '../../api/use-viewer';
import { PagedTable } from '../../parts/paged-table';
import { SavedViews } from '../../parts/saved-views';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { DeliveryDetails } from './delivery-details';
import { DeliveryRows } from './delivery-rows';
import { FilterForm } from './filter-form';
import { PickedActions } from './picked-actions';
import { ReplayAll } from './replay-all';
import { ReplaySince } from './replay-since';
import { useDeliveryFilter } from './use-delivery-filter';

/** The delivery whose details are open: an address that can be sent to somebody else. */
const OPEN = ['delivery'] as const;
const COLUMNS = ['User', 'Message', 'State', 'Last answer', 'Created', 'Actions'];

/** What was POSTed, found by what is known of it, sent again or discarded; of one channel or of all. */
export function DeliveryList({ channelId = null }: { channelId?: string | null }) {
  const { text, filter, set } = useDeliveryFilter(channelId);
  const { mayBuild } = useRights();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState(0);
  const { text: address, set: setAddress } = useFieldsInAddress(OPEN);
  const open = useCallback((id: string) => setAddress({ delivery: id }), [setAddress]);
  const toggle = useCallback(
    (id: string) =>
      setIds((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id])),
    [],
  );
  const columns = channelId === null ? ['Channel', ...COLUMNS] : COLUMNS;
  return (
    <Stack>
      <FilterForm key={chosen} text={text} set={set} ofChannel={channelId !== null} />
      <Group>
        {mayBuild && (
          <>
            <PickedActions ids={ids} onDone={() => setIds(new Set())} />
            <ReplayAll filter={filter} />
            <ReplaySince filter={filter} />
          </>
        )}
        {channelId === null && <SavedViews page="deliveries" onChoose={() => setChosen(chosen + 1)} />}
      </Group>
      <Paper withBorder>
        <PagedTable
          key={JSON.stringify(filter)}
          label="Deliveries"
          columns={mayBuild ? ['Pick', ...columns] : columns}
          page={(page) => (
            <DeliveryRows
              filter={filter}
              page={page}
              withChannel={channelId === null}
              onOpen={open}
              {...(mayBuild && { picked: { ids, toggle } })}
            />
          )}
        />
      </Paper>
      <DeliveryDetails id={address.delivery ?? null} onClose={() => setAddress({ delivery: '' }, { replace: true })} />
    </Stack>
  );
}
