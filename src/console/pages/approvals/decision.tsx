import { Button, Group, Stack } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { ApprovalRequestsQuery } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { ProblemNotice } from '../../parts/problem-notice';
import { countOf } from '../../parts/review/problem-list';
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

const ERRORS = graphql(`
  query RequestErrors($id: ID!) {
    approvalRequest(id: $id) {
      id
      version {
        id
        problems {
          severity
        }
      }
    }
  }
`);

interface DecisionProps {
  request: Pick<RequestNode, 'id' | 'kind'>;
  title: string;
  onDecided?: () => void;
}

export function Decision({ request, title, onDecided = () => {} }: DecisionProps) {
  const { isAdmin, mayBuild } = useRights();
  const reject = useChange(REJECT);
  const withdraw = useChange(WITHDRAW);
  if (!mayBuild) return null;
  const decided = <T,>(done: T | undefined): boolean => {
    if (done) onDecided();
    return Boolean(done);
  };
  return (
    <Group gap="xs" align="start">
      {isAdmin && (
        <>
          <ApproveButton request={request} title={title} onDecided={onDecided} />
          <ConfirmButton
            action="Reject"
            consequence={`${title}: whoever asked is told why, and may ask again after a change.`}
            reason="Reason"
            reasonRequired
            problem={reject.problem}
            onConfirm={async (reason) => decided(await reject.run({ id: request.id, reason }))}
          />
        </>
      )}
      <ConfirmButton
        action="Withdraw"
        consequence={`${title}: the request is taken back, nothing changes.`}
        problem={withdraw.problem}
        onConfirm={async () => decided(await withdraw.run({ id: request.id }))}
      />
    </Group>
  );
}

/** Asks once more where the version brings something broken. */
function ApproveButton({ request, title, onDecided }: Required<DecisionProps>) {
  const approve = useChange(APPROVE);
  const isPublish = request.kind === 'PUBLISH';
  const { data } = useData(ERRORS, { id: request.id }, { pause: !isPublish });
  const errors = (data?.approvalRequest?.version?.problems ?? []).filter(({ severity }) => severity === 'ERROR');
  const run = async () => {
    const done = await approve.run({ id: request.id });
    if (!done) return false;
    told(`Approved: ${title}.`);
    onDecided();
    return true;
  };
  if (errors.length > 0) {
    return (
      <ConfirmButton
        action={`Approve with ${countOf(errors)}`}
        consequence={`${title} has ${countOf(errors)}: users will get something else than was written there.`}
        problem={approve.problem}
        onConfirm={run}
      />
    );
  }
  return (
    <Stack gap="xs">
      <ProblemNotice problem={approve.problem} />
      <Button
        loading={approve.running || (isPublish && !data)}
        aria-label={`Approve: ${title}`}
        onClick={() => void run()}
      >
        Approve
      </Button>
    </Stack>
  );
}
