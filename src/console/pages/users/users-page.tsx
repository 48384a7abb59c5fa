import { PlusIcon } from '@heroicons/react/24/outline';
import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { useRights, useViewer } from '../../api/use-viewer';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { CreateUser } from './create-user';
import { UserCard } from './user-card';

const USERS = graphql(`
  query Users {
    users {
      id
      name
      email
      role
      service
      createdAt
      disabledAt
      apiTokens {
        id
        name
        createdAt
        expiresAt
        lastUsedAt
      }
    }
  }
`);

export function UsersPage() {
  const { isAdmin } = useRights();
  const viewer = useViewer();
  const { data, problem, refresh } = useData(USERS, {});
  const [creating, setCreating] = useState(false);
  const users = data?.users ?? [];
  const ownFirst = [...users.filter(({ id }) => id === viewer.id), ...users.filter(({ id }) => id !== viewer.id)];
  return (
    <Page
      title="Users and tokens"
      intro="Who may do what: viewers look, developers build and publish, admins approve and look after users."
      actions={
        isAdmin && (
          <Button leftSection={<PlusIcon width={16} aria-hidden />} onClick={() => setCreating(true)}>
            New user
          </Button>
        )
      }
    >
      <ProblemNotice problem={problem} onRetry={refresh} />
      {!data && !problem && <Waiting />}
      <Stack>
        {ownFirst.map((user) => (
          <UserCard key={user.id} user={user} />
        ))}
      </Stack>
      <CreateUser opened={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}
