import { Alert, Badge, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { ConfirmButton } from '../../parts/confirm-button';
import { CopyText } from '../../parts/copy-text';
import { ProblemNotice } from '../../parts/problem-notice';
import { ProviderDialog, type ProviderNode } from './provider-dialog';

const TEST = graphql(`
  mutation TestSignInProvider($id: ID!) {
    testSignInProvider(id: $id) {
      works
      problem
      authorizationEndpoint
      signsOut
    }
  }
`);

const DELETE = graphql(`
  mutation DeleteSignInProvider($id: ID!) {
    deleteSignInProvider(id: $id)
  }
`);

interface ProviderCardProps {
  provider: ProviderNode;
  /** Somebody else has changed it. */
  onStale(): void;
}

export function ProviderCard({ provider, onStale }: ProviderCardProps) {
  const { id, name, issuer, enabled, redirectUri, logoutUri } = provider;
  const [editing, setEditing] = useState(false);
  const test = useChange(TEST);
  const remove = useChange(DELETE);
  const [found, setFound] = useState<string | null>(null);
  const [works, setWorks] = useState(true);
  const ofSettings = id === 'settings';

  const runTest = async () => {
    const done = await test.run({ id });
    if (!done) return;
    const { problem, authorizationEndpoint, signsOut, works: isWell } = done.testSignInProvider;
    setWorks(isWell);
    setFound(
      isWell
        ? `It answers. People are sent to ${authorizationEndpoint}. Signing out here ${signsOut ? 'signs out there too' : 'does not sign out there'}.`
        : `It does not work: ${problem}`,
    );
  };

  return (
    <Paper component="article" withBorder p="md" aria-label={`Provider ${name}`}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <Title order={2} size="h4">
              {name}
            </Title>
            {!enabled && (
              <Badge variant="outline" color="gray">
                Disabled
              </Badge>
            )}
            {ofSettings && <Badge variant="light">Set by the server’s operator</Badge>}
          </Group>
          <Group gap="xs">
            <Button variant="default" size="xs" loading={test.running} onClick={() => void runTest()}>
              Test
            </Button>
            {!ofSettings && (
              <>
                <Button variant="default" size="xs" onClick={() => setEditing(true)}>
                  Edit
                </Button>
                <ConfirmButton
                  size="xs"
                  color="red"
                  variant="outline"
                  action="Delete"
                  aria-label={`Delete ${name}`}
                  consequence={`Nobody signs in with “${name}” any more. Who came by it stays a user.`}
                  problem={remove.problem}
                  onConfirm={async () => Boolean(await remove.run({ id }))}
                />
              </>
            )}
          </Group>
        </Group>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {issuer}
        </Text>
        <Address name="To be allowed at the provider" value={redirectUri} what="redirect URI" />
        <Address name="Back-channel logout, if the provider offers it" value={logoutUri} what="logout URI" />
        {found !== null && (
          <Alert color={works ? 'green' : 'red'} role="status">
            {found}
          </Alert>
        )}
        <ProblemNotice problem={test.problem} />
      </Stack>
      <ProviderDialog opened={editing} saved={provider} onStale={onStale} onClose={() => setEditing(false)} />
    </Paper>
  );
}

function Address({ name, value, what }: { name: string; value: string; what: string }) {
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Code style={{ overflowWrap: 'anywhere' }}>{value}</Code>
      <CopyText value={value} what={what} />
    </Group>
  );
}
