import { PlusIcon } from '@heroicons/react/24/outline';
import { Button, Paper, Stack } from '@mantine/core';
import { useState } from 'react';
import { useData } from '../../api/use-data';
import { useMayInAccount, useViewer } from '../../api/use-viewer';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { CreateServiceAccount } from './create-service-account';
import { CreateUser } from './create-user';
import { UserCard } from './user-card';
import { UserFilter, useUserFilter } from './user-filter';
import { USERS } from './users-query';

export function UsersPage() {
  const may = useMayInAccount();
  const viewer = useViewer();
  const { data, problem, refresh } = useData(USERS, {});
  const [creating, setCreating] = useState<'user' | 'service' | null>(null);
  const filter = useUserFilter();
  const users = data?.users.filter(filter.matches) ?? [];
  const ownFirst = [...users.filter(({ id }) => id === viewer.id), ...users.filter(({ id }) => id !== viewer.id)];
  return (
    <Page
      title="Users and tokens"
      intro="Who may do what: viewers look, developers build and publish, admins approve and look after users. Roles on single bots add to that."
      actions={
        <>
          {may('user.create-service-account') && (
            <Button
              variant="default"
              leftSection={<PlusIcon width={16} aria-hidden />}
              onClick={() => setCreating('service')}
            >
              New service account
            </Button>
          )}
          {may('user.create') && (
            <Button leftSection={<PlusIcon width={16} aria-hidden />} onClick={() => setCreating('user')}>
              New user
            </Button>
          )}
        </>
      }
    >
      <ProblemNotice problem={problem} onRetry={refresh} />
      <Stack>
        <UserFilter filter={filter} />
        {!data && !problem && <Waiting />}
        {data && users.length === 0 && (
          <Paper withBorder>
            <Nothing title="No user is like that" />
          </Paper>
        )}
        {ownFirst.map((user) => (
          <UserCard key={user.id} user={user} />
        ))}
      </Stack>
      <CreateUser opened={creating === 'user'} onClose={() => setCreating(null)} />
      <CreateServiceAccount opened={creating === 'service'} onClose={() => setCreating(null)} />
    </Page>
  );
}
