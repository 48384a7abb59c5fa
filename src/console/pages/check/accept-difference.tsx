import { Text } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useRights } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { Moment } from '../../parts/moment';
import type { CheckedGroup } from './groups-query';

const ACCEPT = graphql(`
  mutation AcceptDifference($checkId: ID!, $group: String!, $comment: String) {
    acceptDifference(checkId: $checkId, group: $group, comment: $comment) {
      id
    }
  }
`);

const TAKE_BACK = graphql(`
  mutation TakeBackDifference($id: ID!) {
    takeBackDifference(id: $id)
  }
`);

interface AcceptDifferenceProps {
  checkId: string;
  group: CheckedGroup;
  onChange(): void;
}

/** Says that a difference is wanted, or takes that back; with who said so. */
export function AcceptDifference({ checkId, group, onChange }: AcceptDifferenceProps) {
  const { mayBuild } = useRights();
  const accept = useChange(ACCEPT);
  const takeBack = useChange(TAKE_BACK);
  const { acceptance } = group;
  const changed = (done: unknown): boolean => {
    if (done) onChange();
    return Boolean(done);
  };
  if (acceptance)
    return (
      <>
        <Text size="sm" component="div">
          Accepted by {acceptance.acceptedBy?.name ?? 'somebody'} <Moment at={acceptance.acceptedAt} />
          {acceptance.comment && `: “${acceptance.comment}”`}
        </Text>
        {mayBuild && (
          <ConfirmButton
            size="xs"
            action="Take back"
            consequence="Checks that begin from now on count it as different again."
            problem={takeBack.problem}
            onConfirm={async () => changed(await takeBack.run({ id: acceptance.id }))}
          />
        )}
      </>
    );
  if (!mayBuild || group.outcome !== 'DIFFERENT') return null;
  return (
    <ConfirmButton
      size="xs"
      action="Accept this difference"
      consequence="Checks that begin from now on count turns with the same new content here as accepted. This check stays as it is: check again before a publish."
      reason="Comment"
      problem={accept.problem}
      onConfirm={async (comment) => changed(await accept.run({ checkId, group: group.key, comment: comment || null }))}
    />
  );
}
