import { SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import type { ApprovalStatus } from '../../api/.generated/graphql';
import { useRights } from '../../api/use-viewer';
import { Page } from '../../parts/page';
import { RequestList } from './request-list';

const FILTERS: { value: ApprovalStatus; label: string }[] = [
  { value: 'PENDING', label: 'Pending' },
  { value: 'APPROVED', label: 'Approved' },
  { value: 'REJECTED', label: 'Rejected' },
  { value: 'WITHDRAWN', label: 'Withdrawn' },
];

export function ApprovalsPage() {
  const { isAdmin } = useRights();
  const [status, setStatus] = useState<ApprovalStatus>('PENDING');
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
          onChange={(value) => setStatus(value as ApprovalStatus)} // one of FILTERS
        />
        <RequestList key={status} status={status} />
      </Stack>
    </Page>
  );
}
