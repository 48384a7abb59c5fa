import { PasswordInput, Textarea } from '@mantine/core';
import { type ChangeEvent, useState } from 'react';
import type { JwtAlgorithm } from '../api/.generated/graphql';
import { appSecrets } from '../api/app-secrets';
import { signsWithSecret } from '../api/sign-token';

interface SecretFieldProps {
  app: { clientId: string; name: string; algorithm: JwtAlgorithm };
  onChange?(secret: string): void;
}

/** What signs tokens of an app here in the browser for a test: its client secret, or the private key of its caller. */
export function SecretField({ app, onChange }: SecretFieldProps) {
  const [secret, setSecret] = useState(appSecrets.get(app.clientId));
  const field = {
    autoComplete: 'off',
    value: secret,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      const typed = event.currentTarget.value;
      appSecrets.set(app.clientId, typed);
      setSecret(typed);
      onChange?.(typed);
    },
  };
  const kept = `Of the app ${app.name}, to sign tokens in this browser. It stays in this tab's memory and goes nowhere.`;
  if (signsWithSecret(app.algorithm)) return <PasswordInput label="Client secret" description={kept} {...field} />;
  return <Textarea label="Private key" description={`PEM (PKCS #8). ${kept}`} rows={3} spellCheck={false} {...field} />;
}
