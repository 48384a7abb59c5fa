import { Alert, Group, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useParams } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { BotPermissionsProvider, useRights } from '../../api/use-viewer';
import { CheckCounts } from '../../parts/check-counts';
import { ConfirmButton } from '../../parts/confirm-button';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { StateBadge } from '../../parts/state-badge';
import { Waiting } from '../../parts/waiting';
import { CheckGroups } from './check-groups';
import { CHECK_STATES } from './check-states';

const CHECK = graphql(`
  query VersionCheck($id: ID!) {
    versionCheck(id: $id) {
      id
      status
      from
      to
      total
      conversations
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
      error
      createdAt
      version {
        id
        number
      }
      bot {
        id
        name
        permissions
      }
    }
  }
`);

const CANCEL = graphql(`
  mutation CancelCheck($id: ID!) {
    cancelJob(id: $id)
  }
`);

/** Milliseconds between two looks at a check that is under way. */
const LOOK_EVERY_MS = 1_000;

/** One check: what it found, and the groups of turns that differ. */
export function CheckPage() {
  const { botId = '', checkId = '' } = useParams<{ botId: string; checkId: string }>();
  const { data, problem, loading, refresh } = useData(CHECK, { id: checkId });
  const check = data?.versionCheck;
  const isRunning = check?.status === 'RUNNING';
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(refresh, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isRunning, refresh]);
  const path = [
    { name: 'Bots', to: '/bots' },
    { name: check?.bot.name ?? 'Bot', to: `/bots/${botId}` },
    { name: 'Checks', to: `/bots/${botId}/checks` },
  ];
  if (!check)
    return (
      <Page title="Check" path={path}>
        <ProblemNotice problem={problem} onRetry={refresh} />
        {loading ? <Waiting /> : !problem && <Nothing title="There is no such check in this account" />}
      </Page>
    );
  return (
    <BotPermissionsProvider value={check.bot.permissions}>
      <Page
        title={`Check of ${check.version ? `version ${check.version.number}` : 'the draft'}`}
        path={path}
        intro={
          <Group component="span" gap="xs">
            <StateBadge label={CHECK_STATES[check.status]} />
            <span>
              Turns from <Moment at={check.from} /> to <Moment at={check.to} />
            </span>
          </Group>
        }
      >
        <Stack>
          {check.error && (
            <Alert color="red" variant="outline" title="The check could not be done">
              {check.error}
            </Alert>
          )}
          <CheckCounts check={check} />
          {isRunning ? (
            <Group>
              <Text size="sm" role="status">
                {check.turns.toLocaleString()} of {check.total.toLocaleString()} turns are checked.
              </Text>
              <Cancel id={check.id} onDone={refresh} />
            </Group>
          ) : (
            <CheckGroups checkId={check.id} />
          )}
        </Stack>
      </Page>
    </BotPermissionsProvider>
  );
}

function Cancel({ id, onDone }: { id: string; onDone(): void }) {
  const { mayBuild } = useRights();
  const { run, problem } = useChange(CANCEL);
  if (!mayBuild) return null;
  return (
    <ConfirmButton
      size="xs"
      action="Cancel the check"
      consequence="What it has found so far stays."
      problem={problem}
      onConfirm={async () => {
        const done = await run({ id });
        if (done) onDone();
        return Boolean(done);
      }}
    />
  );
}
