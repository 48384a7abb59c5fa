import { Button, Group, Stack } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { ApprovalRequestsQuery } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useRights } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';

export type RequestNode = ApprovalRequestsQuery['approvalRequests']['edges'][number]['node'];

const APPROVE = graphql(`
  mutation Approve($id: ID!) {
    approve(requestId: $id) {
      id
      status
    }
  }
`);

const REJECT = graphql(`
  mutation Reject($id: ID!, $reason: String!) {
    reject(requestId: $id, reason: $reason) {
      id
      status
    }
  }
`);

const WITHDRAW = graphql(`
  mutation Withdraw($id: ID!) {
    withdraw(requestId: $id) {
      id
      status
    }
  }
`);

export function Decision({ request, title }: { request: RequestNode; title: string }) {
  const { isAdmin, mayBuild } = useRights();
  const approve = useChange(APPROVE);
  const reject = useChange(REJECT);
  const withdraw = useChange(WITHDRAW);
  if (!mayBuild) return null;
  return (
    <Stack gap="xs">
      <ProblemNotice problem={approve.problem} />
      <Group gap="xs">
        {isAdmin && (
          <>
            <Button
              loading={approve.running}
              aria-label={`Approve: ${title}`}
              onClick={() => void approve.run({ id: request.id }).then((done) => done && told(`Approved: ${title}.`))}
            >
              Approve
            </Button>
            <ConfirmButton
              action="Reject"
              consequence={`${title}: whoever asked is told why, and may ask again after a change.`}
              reason="Reason"
              reasonRequired
              problem={reject.problem}
              onConfirm={async (reason) => Boolean(await reject.run({ id: request.id, reason }))}
            />
          </>
        )}
        <ConfirmButton
          action="Withdraw"
          consequence={`${title}: the request is taken back, nothing changes.`}
          problem={withdraw.problem}
          onConfirm={async () => Boolean(await withdraw.run({ id: request.id }))}
        />
      </Group>
    </Stack>
  );
}
