import { SegmentedControl, Stack } from '@mantine/core';
import type { ApprovalStatus } from '../../api/.generated/graphql';
import { useRights } from '../../api/use-viewer';
import { Page } from '../../parts/page';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { RequestList } from './request-list';

interface Filter {
  value: ApprovalStatus;
  label: string;
}

const FIELDS = ['status'] as const;
const PENDING: Filter = { value: 'PENDING', label: 'Pending' };
const FILTERS: Filter[] = [
  PENDING,
  { value: 'APPROVED', label: 'Approved' },
  { value: 'REJECTED', label: 'Rejected' },
  { value: 'WITHDRAWN', label: 'Withdrawn' },
];

export function ApprovalsPage() {
  const { isAdmin } = useRights();
  const { text, set } = useFieldsInAddress(FIELDS);
  const { value: status } = FILTERS.find(({ value }) => value === text.status) ?? PENDING;
  const intro = isAdmin
    ? 'Channels, changes of channels and versions of bots serve nobody before you approve them.'
    : 'What waits for an admin, and what became of it.';
  return (
    <Page title="Approvals" intro={intro}>
      <Stack>
        <SegmentedControl
          aria-label="State of the requests"
          w="fit-content"
          maw="100%"
          style={{ overflowX: 'auto' }}
          data={FILTERS}
          value={status}
          onChange={(value) => set({ status: value === PENDING.value ? '' : value })}
        />
        <RequestList key={status} status={status} />
      </Stack>
    </Page>
  );
}
