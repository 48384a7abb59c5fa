import { CheckBadgeIcon } from '@heroicons/react/24/outline';
import { Badge, Button } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../api/.generated/gql';
import { useData } from '../api/use-data';

const PENDING = graphql(`
  query PendingApprovals {
    approvalRequests(status: PENDING, first: 1) {
      totalCount
    }
  }
`);

/** Requests that the button counts; beyond, it says that there are more. */
const MOST_SHOWN = 99;

/** The way to the queue, with how many wait. */
export function ApprovalsButton() {
  const { data } = useData(PENDING, {}, { watch: { topic: 'CONFIGURATION' } });
  const count = data?.approvalRequests.totalCount ?? 0;
  return (
    <Button
      component={Link}
      href="/approvals"
      size="xs"
      variant="default"
      aria-label={`Approvals ${count} pending`} // begins with what is to be seen, which may be said to click it
      leftSection={<CheckBadgeIcon width={16} aria-hidden />}
      rightSection={
        count > 0 ? (
          <Badge circle={count < 10} size="sm" data-testid="pending-count">
            {count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}
          </Badge>
        ) : undefined
      }
    >
      Approvals{' '}
    </Button>
  );
}
