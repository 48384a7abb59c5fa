import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { BotRoles } from '../users/bot-roles';
import { ROLE_NAMES } from '../users/roles';
import { UserTokens } from '../users/user-tokens';
import { ChangeEmail } from './change-email';
import { ChangePassword } from './change-password';
import { PermissionList } from './permission-list';

const OWN = graphql(`
  query OwnAccount {
    viewer {
      id
      permissions
      user {
        id
        name
        email
        role
        service
        signsInWith
        createdAt
        disabledAt
        botRoles {
          role
          bot {
            id
            name
          }
        }
        apiTokens {
          id
          name
          createdAt
          expiresAt
          lastUsedAt
          session
          actions
          botIds
        }
      }
    }
  }
`);

/** What one signs in with, where one is signed in, and what one may do. */
export function OwnAccountPage() {
  const { data, problem, refresh } = useData(OWN, {});
  const user = data?.viewer.user;
  if (!user) {
    return (
      <Page title="Own account">
        <ProblemNotice problem={problem} onRetry={refresh} />
        {!problem && <Waiting />}
      </Page>
    );
  }
  const hasPassword = user.signsInWith.includes('password');
  const ways = user.signsInWith.join(', ') || 'API tokens only';
  return (
    <Page title="Own account" intro={`${user.name} · ${user.email ?? 'no e-mail address'} · signs in with: ${ways}`}>
      <Stack maw={900}>
        <Part title="Password">
          {hasPassword ? (
            <ChangePassword />
          ) : (
            <Text size="sm">
              You have no password here. An admin can set one for you, if you have an e-mail address.
            </Text>
          )}
        </Part>
        {hasPassword && (
          <Part title="E-mail address">
            <ChangeEmail />
          </Part>
        )}
        <Part title="Sessions and API tokens">
          <UserTokens user={user} mayCreate />
        </Part>
        <Part title="What you may do">
          <Text size="sm">
            Your role in the account is <strong>{ROLE_NAMES[user.role]}</strong>.
            {user.role === 'NONE' && ' It allows nothing by itself: roles on single bots do.'}
          </Text>
          <BotRoles user={user} mayChange={false} />
          <PermissionList permissions={data.viewer.permissions} />
        </Part>
      </Stack>
    </Page>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  );
}
