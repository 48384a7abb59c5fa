import { Badge, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { Role } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useRights, useViewer } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { ROLES } from './roles';
import { type UserNode, UserTokens } from './user-tokens';

const UPDATE = graphql(`
  mutation UpdateUser($id: ID!, $role: Role) {
    updateUser(id: $id, role: $role) {
      id
    }
  }
`);

const DISABLE = graphql(`
  mutation DisableUser($id: ID!) {
    disableUser(id: $id) {
      id
    }
  }
`);

export function UserCard({ user }: { user: UserNode }) {
  const viewer = useViewer();
  const { isAdmin } = useRights();
  const update = useChange(UPDATE);
  const disable = useChange(DISABLE);
  const isSelf = user.id === viewer.id;
  const changeRole = async (role: Role) => {
    if (await update.run({ id: user.id, role })) told(`${user.name} is ${role.toLowerCase()} now.`);
  };
  return (
    <Paper withBorder p="md" component="article" aria-label={`User ${user.name}`}>
      <Stack gap="sm">
        <Group justify="space-between">
          <div>
            <Group gap="xs">
              <Title order={2} size="h5">
                {user.name}
              </Title>
              {isSelf && <Badge variant="default">You</Badge>}
              {user.disabledAt && (
                <Badge variant="dot" color="red">
                  Disabled
                </Badge>
              )}
            </Group>
            <Text size="sm" c="dimmed">
              {user.email ?? 'No e-mail address: signs in with API tokens'}
            </Text>
          </div>
          <Group gap="xs" align="end">
            <Select
              aria-label={`Role of ${user.name}`}
              data={ROLES}
              allowDeselect={false}
              disabled={!isAdmin || Boolean(user.disabledAt)}
              w={150}
              value={user.role}
              onChange={(role) => role && role !== user.role && void changeRole(role)}
            />
            {isAdmin && !isSelf && !user.disabledAt && (
              <ConfirmButton
                action="Disable"
                color="red"
                variant="outline"
                consequence={`${user.name} is signed out, and all of their tokens stop working at once.`}
                problem={disable.problem}
                onConfirm={async () => Boolean(await disable.run({ id: user.id }))}
              />
            )}
          </Group>
        </Group>
        <ProblemNotice problem={update.problem} />
        {!user.disabledAt && (isSelf || isAdmin) && <UserTokens user={user} mayCreate={isSelf || user.service} />}
      </Stack>
    </Paper>
  );
}
