import { Alert, Button, Divider, Stack } from '@mantine/core';
import type { SignInWays } from '../api/session';

/** What the server leads back with when nobody was signed in. */
const FAULTS: Record<string, string> = {
  CANCELLED: 'Signing in was cancelled at the provider.',
  EXPIRED: 'That took too long, or was begun in another window. Try again.',
  REFUSED: 'You may not sign in here with that account. Ask an admin of Hookswitch.',
  TOO_MANY_REQUESTS: 'Too many attempts. Try again in a minute.',
  UNAVAILABLE: 'The provider cannot be reached at the moment. Try again, or sign in another way.',
};
const FAILED = 'Signing in did not work. Try again; if it stays so, an admin finds the reason in the server’s log.';

export function ProviderButtons({ providers }: Pick<SignInWays, 'providers'>) {
  const fault = new URLSearchParams(window.location.search).get('signIn');
  const returnTo = fault === null ? `${window.location.pathname}${window.location.search}` : '/console/';
  return (
    <>
      {fault !== null && (
        <Alert color="red" role="alert">
          {FAULTS[fault] ?? FAILED}
        </Alert>
      )}
      {providers.length > 0 && (
        <Stack gap="xs">
          {providers.map(({ id, name }) => (
            <Button
              key={id}
              component="a"
              variant="default"
              fullWidth
              href={`/console/sign-in/${id}?${new URLSearchParams({ returnTo })}`}
            >
              Sign in with {name}
            </Button>
          ))}
          <Divider label="or" />
        </Stack>
      )}
    </>
  );
}
