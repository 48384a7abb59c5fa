import { Anchor, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { CheckCounts } from '../../parts/check-counts';

const REQUEST_CHECK = graphql(`
  query RequestCheck($id: ID!) {
    approvalRequest(id: $id) {
      id
      checkReason
      bot {
        id
      }
      check {
        id
        turns
        alike
        accepted
        different
        failing
        unknown
        tests {
          passed
          failed
          unknown
        }
      }
    }
  }
`);

/** What the version of a request was checked with, or why it was not. */
export function RequestCheck({ requestId }: { requestId: string }) {
  const request = useData(REQUEST_CHECK, { id: requestId }).data?.approvalRequest;
  if (!request || (!request.check && !request.checkReason)) return null;
  const { bot, check, checkReason } = request;
  return (
    <Paper withBorder p="md" component="section" aria-label="Check against what happened">
      <Stack gap="sm">
        <Title order={2} size="h5">
          Check against what happened
        </Title>
        {check && <CheckCounts check={check} />}
        {checkReason && <Text size="sm">Published all the same: “{checkReason}”</Text>}
        {check && (
          <Anchor component={Link} href={`/bots/${bot.id}/checks/${check.id}`} size="sm" underline="always">
            See the check
          </Anchor>
        )}
      </Stack>
    </Paper>
  );
}
