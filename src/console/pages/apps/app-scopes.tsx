import { Badge, Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { AppScope, AppScopeStatus } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useRights } from '../../api/use-viewer';
import { ProblemNotice } from '../../parts/problem-notice';

const REQUEST = graphql(`
  mutation RequestAppScopes($clientId: ID!, $scopes: [AppScope!]!) {
    requestAppScopes(clientId: $clientId, scopes: $scopes) {
      clientId
      scopes {
        scope
        status
      }
    }
  }
`);

const GRANT = graphql(`
  mutation GrantAppScopes($clientId: ID!, $scopes: [AppScope!]!) {
    grantAppScopes(clientId: $clientId, scopes: $scopes) {
      clientId
      scopes {
        scope
        status
      }
    }
  }
`);

const REVOKE = graphql(`
  mutation RevokeAppScopes($clientId: ID!, $scopes: [AppScope!]!) {
    revokeAppScopes(clientId: $clientId, scopes: $scopes) {
      clientId
      scopes {
        scope
        status
      }
    }
  }
`);

const SCOPES: { scope: AppScope; label: string }[] = [
  { scope: 'BOT_IMPORT', label: 'Import bots' },
  { scope: 'BOT_EXPORT', label: 'Export bots' },
  { scope: 'PUBLISH', label: 'Publish bots, by the usual approval' },
  { scope: 'PUBLISH_STATUS', label: 'See how a publish stands' },
  { scope: 'BOT_LIST', label: 'List the bots of the account' },
  { scope: 'BOT_SESSIONS', label: 'List sessions' },
  { scope: 'CHAT_HISTORY', label: 'Read what was said' },
  { scope: 'BOT_VARIABLES', label: 'Export and import variables' },
];

interface AppScopesProps {
  app: { clientId: string; name: string; scopes: { scope: AppScope; status: AppScopeStatus }[] };
}

/** What scripts with the credentials of an app may do at the management API. */
export function AppScopes({ app }: AppScopesProps) {
  const { clientId, name, scopes } = app;
  const [open, setOpen] = useState(false);
  const { isAdmin } = useRights();
  const request = useChange(REQUEST);
  const grant = useChange(GRANT);
  const revoke = useChange(REVOKE);
  const running = request.running || grant.running || revoke.running;
  const waiting = scopes.filter(({ status }) => status === 'REQUESTED').length;
  const label = waiting > 0 ? `Scopes (${waiting} waiting)` : 'Scopes';
  return (
    <>
      <Button size="xs" variant="default" aria-label={`${label} of ${name}`} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="lg"
        title={`Scopes of ${name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">
            What deployment scripts may do with the client id and secret of this app. An admin grants what somebody asks
            for.
          </Text>
          <Table>
            <Table.Tbody>
              {SCOPES.map(({ scope, label: may }) => {
                const status = scopes.find((one) => one.scope === scope)?.status;
                const scoped = { clientId, scopes: [scope] };
                return (
                  <Table.Tr key={scope}>
                    <Table.Td>{may}</Table.Td>
                    <Table.Td>
                      {status === 'GRANTED' && <Badge color="green">Granted</Badge>}
                      {status === 'REQUESTED' && <Badge color="yellow">Waits for an admin</Badge>}
                    </Table.Td>
                    <Table.Td>
                      <Group gap="xs" justify="flex-end" wrap="nowrap">
                        {status === undefined && (
                          <Button
                            size="xs"
                            variant="default"
                            disabled={running}
                            aria-label={`Request: ${may}`}
                            onClick={() => void request.run(scoped)}
                          >
                            Request
                          </Button>
                        )}
                        {isAdmin && status !== 'GRANTED' && (
                          <Button
                            size="xs"
                            disabled={running}
                            aria-label={`Grant: ${may}`}
                            onClick={() => void grant.run(scoped)}
                          >
                            Grant
                          </Button>
                        )}
                        {status !== undefined && (
                          <Button
                            size="xs"
                            variant="outline"
                            color="red"
                            disabled={running}
                            aria-label={`Revoke: ${may}`}
                            onClick={() => void revoke.run(scoped)}
                          >
                            Revoke
                          </Button>
                        )}
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
          <ProblemNotice problem={request.problem ?? grant.problem ?? revoke.problem} />
        </Stack>
      </Modal>
    </>
  );
}
