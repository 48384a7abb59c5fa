import { Anchor, Center, Group, Image, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import icon from '../icon.svg';
import { SignInForm } from './sign-in-form';

export function SignIn({ onSignedIn }: { onSignedIn(): void }) {
  useEffect(() => {
    document.title = 'Sign in · Hookswitch';
  }, []);
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w={420} maw="100%" gap="lg">
        <Group gap="sm">
          <Image src={icon} alt="" w={44} h={44} />
          <div>
            <Title order={1} size="h2">
              Hookswitch
            </Title>
            <Text c="dimmed">Bots, connected to anything over webhooks</Text>
          </div>
        </Group>
        <Paper withBorder shadow="sm" p="lg">
          <SignInForm onSignedIn={onSignedIn} />
        </Paper>
        <Text size="sm" c="dimmed">
          The first start of the server prints the first admin's API token. Scripts use the same API:{' '}
          <Anchor href="/console/explorer/" size="sm" underline="always">
            GraphQL explorer
          </Anchor>
        </Text>
      </Stack>
    </Center>
  );
}
