import { Badge, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { Role } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useMayInAccount, useViewer } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { Moment } from '../../parts/moment';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { BotRoles } from './bot-roles';
import { ROLE_NAMES, ROLES, SERVICE_ROLES } from './roles';
import { UserSignIn } from './user-sign-in';
import { UserTokens } from './user-tokens';
import type { UserNode } from './users-query';

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

const ENABLE = graphql(`
  mutation EnableUser($id: ID!) {
    enableUser(id: $id) {
      id
    }
  }
`);

export function UserCard({ user }: { user: UserNode }) {
  const viewer = useViewer();
  const isAdmin = useMayInAccount()('user.update');
  const update = useChange(UPDATE);
  const disable = useChange(DISABLE);
  const enable = useChange(ENABLE);
  const isSelf = user.id === viewer.id;
  const changeRole = async (role: Role) => {
    if (await update.run({ id: user.id, role }))
      told(`${user.name} has the role ${ROLE_NAMES[role].toLowerCase()} now.`);
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
              {user.service && <Badge variant="default">Service account</Badge>}
              {user.disabledAt && (
                <Badge variant="dot" color="red">
                  Disabled
                </Badge>
              )}
            </Group>
            <Text size="sm" c="dimmed">
              {user.email ?? 'No e-mail address'} · signs in with: {user.signsInWith.join(', ') || 'API tokens only'} ·{' '}
              {user.lastActiveAt ? (
                <>
                  last active <Moment at={user.lastActiveAt} />
                </>
              ) : (
                'never active'
              )}
            </Text>
          </div>
          <Group gap="xs" align="end">
            <Select
              aria-label={`Role of ${user.name}`}
              data={user.service && user.email === null ? SERVICE_ROLES : ROLES}
              allowDeselect={false}
              disabled={!isAdmin || Boolean(user.disabledAt)}
              w={150}
              value={user.role}
              onChange={(role) => role && role !== user.role && void changeRole(role)}
            />
            {isAdmin && user.disabledAt && (
              <ConfirmButton
                action="Enable"
                consequence={`${user.name} may sign in again, with the roles of before. No token or session comes back.`}
                problem={enable.problem}
                onConfirm={async () => Boolean(await enable.run({ id: user.id }))}
              />
            )}
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
        {isAdmin && !isSelf && !user.disabledAt && <UserSignIn user={user} />}
        <BotRoles user={user} mayChange={isAdmin && !user.disabledAt} />
        {!user.disabledAt && (isSelf || isAdmin) && <UserTokens user={user} mayCreate={isSelf || user.service} />}
      </Stack>
    </Paper>
  );
}
