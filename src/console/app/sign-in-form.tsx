import { Button, PasswordInput, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { askWays, type SignInWays, signIn } from '../api/session';
import { ProblemNotice } from '../parts/problem-notice';
import { ProviderButtons } from './provider-buttons';

type Way = 'token' | 'password';

const WAYS = [
  { value: 'token', label: 'API token' },
  { value: 'password', label: 'E-mail and password' },
];

export function SignInForm({ onSignedIn }: { onSignedIn(): void }) {
  const [way, setWay] = useState<Way>('token');
  const [token, setToken] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [ways, setWays] = useState<SignInWays>({ providers: [], passwords: true });
  useEffect(() => void askWays().then(setWays), []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setRunning(true);
    setFault(null);
    try {
      await signIn(way === 'token' ? { token } : { email, password });
      onSignedIn();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
    setRunning(false);
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <ProviderButtons providers={ways.providers} />
        <SegmentedControl
          fullWidth
          aria-label="Way to sign in"
          data={ways.passwords ? WAYS : WAYS.slice(0, 1)}
          value={way}
          onChange={(value) => setWay(value === 'password' ? 'password' : 'token')}
        />
        {way === 'token' ? (
          <PasswordInput
            label="API token"
            required
            autoComplete="off"
            data-autofocus
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
        ) : (
          <>
            <TextInput
              label="E-mail"
              type="email"
              required
              autoComplete="username"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              required
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          </>
        )}
        <ProblemNotice problem={fault === null ? null : { code: 'SIGN_IN', message: fault, field: null }} />
        <Button type="submit" loading={running} fullWidth>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
