import { Button, Code, Group, Paper, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { Role } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { CopyText } from '../../parts/copy-text';
import { ProblemNotice } from '../../parts/problem-notice';
import { SecretOnce } from '../../parts/secret-once';
import { told } from '../../parts/told';
import { ROLE_NAMES, ROLES } from '../users/roles';
import { ConnectDirectory } from './connect-directory';

const DIRECTORY = graphql(`
  query Directory {
    scimUrl
    scimGroups {
      id
      displayName
      memberCount
      role
    }
  }
`);

const SET_ROLE = graphql(`
  mutation SetScimGroupRole($id: ID!, $role: Role) {
    setScimGroupRole(id: $id, role: $role) {
      id
      role
    }
  }
`);

/** The company's directory, which makes and disables users by itself, and the roles its groups give. */
export function DirectoryCard() {
  const { data, problem, refresh } = useData(DIRECTORY, {});
  const [connecting, setConnecting] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  const setRole = useChange(SET_ROLE);
  const give = async (id: string, name: string, role: Role | null) => {
    if (await setRole.run({ id, role }))
      told(role ? `Members of “${name}” are now: ${ROLE_NAMES[role]}.` : `“${name}” gives no role any more.`);
  };
  return (
    <Paper component="section" withBorder p="md" aria-label="Company directory">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4">
            Company directory (SCIM)
          </Title>
          <Button variant="default" size="xs" onClick={() => setConnecting(true)}>
            Connect a directory
          </Button>
        </Group>
        <Text size="sm">
          Entra ID, Okta and others make, change and disable users here by themselves. A group gives its members a role
          once you choose one.
        </Text>
        <ProblemNotice problem={problem} onRetry={refresh} />
        {data && (
          <Group gap="xs">
            <Text size="sm" c="dimmed">
              SCIM base URL
            </Text>
            <Code style={{ overflowWrap: 'anywhere' }}>{data.scimUrl}</Code>
            <CopyText value={data.scimUrl} what="SCIM base URL" />
          </Group>
        )}
        {token && <SecretOnce title="Token for the directory" values={[{ name: 'Token', value: token }]} />}
        <ProblemNotice problem={setRole.problem} />
        {data?.scimGroups.length === 0 && <Text size="sm">No directory has sent a group yet.</Text>}
        {data && data.scimGroups.length > 0 && (
          <Table aria-label="Groups of the directory" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Group</Table.Th>
                <Table.Th scope="col">Members</Table.Th>
                <Table.Th scope="col">Role of its members</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.scimGroups.map(({ id, displayName, memberCount, role }) => (
                <Table.Tr key={id}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{displayName}</Table.Td>
                  <Table.Td>{memberCount}</Table.Td>
                  <Table.Td>
                    <Select
                      size="xs"
                      aria-label={`Role of ${displayName}`}
                      placeholder="Gives no role"
                      data={ROLES}
                      clearable
                      clearButtonProps={{ 'aria-label': `No role for ${displayName}` }}
                      value={role ?? null}
                      onChange={(chosen) => void give(id, displayName, chosen)}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Stack>
      <ConnectDirectory opened={connecting} onClose={() => setConnecting(false)} onToken={setToken} />
    </Paper>
  );
}
