import { Badge, Button, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { ConfirmButton } from '../../parts/confirm-button';
import { Moment } from '../../parts/moment';
import { ProblemNotice } from '../../parts/problem-notice';
import { SecretOnce } from '../../parts/secret-once';
import { type Limits, limitsInWords, TokenLimits } from './token-limits';
import type { UserNode } from './users-query';

const CREATE = graphql(`
  mutation CreateApiToken(
    $userId: ID!
    $name: String!
    $expiresAt: DateTime
    $actions: [String!]
    $botIds: [ID!]
  ) {
    createApiToken(userId: $userId, name: $name, expiresAt: $expiresAt, actions: $actions, botIds: $botIds)
  }
`);

const REVOKE = graphql(`
  mutation RevokeApiToken($id: ID!) {
    revokeApiToken(id: $id)
  }
`);

interface UserTokensProps {
  user: Pick<UserNode, 'id' | 'name' | 'apiTokens'>;
  /** One's own, or those of a user that never signs in. */
  mayCreate: boolean;
}

/** The API tokens of a user; sessions of the console are among them. */
export function UserTokens({ user, mayCreate }: UserTokensProps) {
  const [name, setName] = useState('');
  const [expires, setExpires] = useState('');
  const [limits, setLimits] = useState<Limits | null>(null);
  const [token, setToken] = useState<string | null>(null);
  const create = useChange(CREATE);
  const revoke = useChange(REVOKE);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const expiresAt = expires ? new Date(`${expires}T23:59:59`).toISOString() : null;
    const actions = limits?.actions.length ? limits.actions : null;
    const botIds = limits?.botIds.length ? limits.botIds : null;
    const done = await create.run({ userId: user.id, name, expiresAt, actions, botIds });
    if (!done) return;
    setToken(done.createApiToken);
    setName('');
    setLimits(null);
  };
  return (
    <Stack gap="sm">
      {token && <SecretOnce title="New API token" values={[{ name: 'API token', value: token }]} />}
      {user.apiTokens.length > 0 && (
        <Table.ScrollContainer
          minWidth={760}
          scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': `API tokens of ${user.name}` } }}
        >
          <Table aria-label={`API tokens of ${user.name}`} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Token</Table.Th>
                <Table.Th scope="col">Good for</Table.Th>
                <Table.Th scope="col">Created</Table.Th>
                <Table.Th scope="col">Last used</Table.Th>
                <Table.Th scope="col">Expires</Table.Th>
                <Table.Th scope="col">Actions</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {user.apiTokens.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    {one.name}{' '}
                    {one.session && (
                      <Badge size="sm" variant="default" miw="max-content">
                        Signed in
                      </Badge>
                    )}
                  </Table.Td>
                  <Table.Td>{limitsInWords(one)}</Table.Td>
                  <Table.Td>
                    <Moment at={one.createdAt} />
                  </Table.Td>
                  <Table.Td>
                    <Moment at={one.lastUsedAt} />
                  </Table.Td>
                  <Table.Td>
                    <Moment at={one.expiresAt} />
                  </Table.Td>
                  <Table.Td>
                    <ConfirmButton
                      size="xs"
                      action="Revoke"
                      aria-label={`Revoke ${one.name}`}
                      consequence={`Whoever uses “${one.name}”, or a token or session made with it, is refused at once.`}
                      problem={revoke.problem}
                      onConfirm={async () => Boolean(await revoke.run({ id: one.id }))}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {mayCreate ? (
        <form onSubmit={(event) => void submit(event)}>
          <Group align="end">
            <TextInput
              label="New API token"
              placeholder="What it is for"
              required
              value={name}
              error={faultOf(create.problem, 'name')}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label="Expires"
              type="date"
              value={expires}
              error={faultOf(create.problem, 'expiresAt')}
              onChange={(event) => setExpires(event.currentTarget.value)}
            />
            {!limits && (
              <Button variant="subtle" onClick={() => setLimits({ actions: [], botIds: [] })}>
                Limit it
              </Button>
            )}
            <Button type="submit" variant="default" loading={create.running}>
              Create token
            </Button>
          </Group>
          {limits && <TokenLimits limits={limits} problem={create.problem} onChange={setLimits} />}
          <ProblemNotice problem={create.problem} />
        </form>
      ) : (
        <Text size="sm" c="dimmed">
          {user.name} makes their own tokens, after signing in.
        </Text>
      )}
    </Stack>
  );
}
