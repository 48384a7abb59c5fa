import { Button, Group, Paper, Stack } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useChange } from '../../api/use-change';
import { useRights } from '../../api/use-viewer';
import { Page } from '../../parts/page';
import { PagedTable } from '../../parts/paged-table';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { REPLAY } from './delivery-details';
import { DeliveryRows } from './delivery-rows';
import { FilterForm } from './filter-form';
import { ReplayAll } from './replay-all';
import { useDeliveryFilter } from './use-delivery-filter';

const COLUMNS = ['Delivery', 'State', 'Attempts', 'Made', 'Next attempt', 'Actions'];

/** What was POSTed on any channel, found by what is known of it, and sent again. */
export function DeliveriesPage() {
  const { text, filter, set } = useDeliveryFilter();
  const { mayBuild } = useRights();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (id: string) =>
      setIds((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id])),
    [],
  );
  const { run, running, problem } = useChange(REPLAY);
  const replayPicked = async () => {
    let count = 0;
    for (const id of ids) {
      if (!(await run({ id }))) break;
      count += 1;
      toggle(id);
    }
    if (count > 0) told(`${count} deliveries are sent again, under the same ids.`);
  };
  return (
    <Page title="Deliveries" intro="What was sent to POST URLs, newest first.">
      <Stack>
        <FilterForm text={text} set={set} />
        {mayBuild && (
          <Group>
            <Button variant="default" disabled={ids.size === 0} loading={running} onClick={() => void replayPicked()}>
              Replay {ids.size} picked
            </Button>
            <ReplayAll filter={filter} />
          </Group>
        )}
        <ProblemNotice problem={problem} />
        <Paper withBorder>
          <PagedTable
            key={JSON.stringify(filter)}
            label="Deliveries"
            columns={mayBuild ? ['Pick', ...COLUMNS] : COLUMNS}
            page={(page) => <DeliveryRows filter={filter} page={page} {...(mayBuild && { picked: { ids, toggle } })} />}
          />
        </Paper>
      </Stack>
    </Page>
  );
}
