import { XCircleIcon } from '@heroicons/react/24/outline';
import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../api/.generated/gql';
import { useChange } from '../api/use-change';
import { useRights } from '../api/use-viewer';
import { Moment } from './moment';
import { ProblemNotice } from './problem-notice';

const DISMISS = graphql(`
  mutation DismissRejection($id: ID!) {
    dismissRejection(requestId: $id) {
      id
    }
  }
`);

interface Rejection {
  id: string;
  reason: string | null;
  decidedAt: string | null;
  decidedBy: { name: string } | null;
}

/** Why an admin said no. It stands until it is asked again, or somebody puts it aside. */
export function RejectionNotice({ what, rejection }: { what: string; rejection: Rejection | null }) {
  const { mayBuild } = useRights();
  const dismiss = useChange(DISMISS);
  if (!rejection) return null;
  return (
    <Alert color="red" variant="outline" icon={<XCircleIcon width={24} aria-hidden />} title={`${what} was rejected`}>
      <Stack gap="xs">
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          “{rejection.reason}”
        </Text>
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {rejection.decidedBy?.name ?? 'An admin'} <Moment at={rejection.decidedAt} />.{' '}
            <Anchor component={Link} href={`/approvals/${rejection.id}`} size="sm" underline="always">
              What was asked for
            </Anchor>
          </Text>
          {mayBuild && (
            <Button
              size="xs"
              variant="default"
              loading={dismiss.running}
              onClick={() => void dismiss.run({ id: rejection.id })}
            >
              Put aside
            </Button>
          )}
        </Group>
        <ProblemNotice problem={dismiss.problem} />
      </Stack>
    </Alert>
  );
}
