import { PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { appSecrets } from '../api/app-secrets';

interface SecretFieldProps {
  app: { clientId: string; name: string };
  onChange?(secret: string): void;
}

/** The client secret of an app, to sign a test's token here in the browser. */
export function SecretField({ app, onChange }: SecretFieldProps) {
  const [secret, setSecret] = useState(appSecrets.get(app.clientId));
  return (
    <PasswordInput
      label="Client secret"
      description={`Of the app ${app.name}, to sign tokens in this browser. It stays in this tab's memory and goes nowhere.`}
      autoComplete="off"
      value={secret}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        appSecrets.set(app.clientId, typed);
        setSecret(typed);
        onChange?.(typed);
      }}
    />
  );
}
