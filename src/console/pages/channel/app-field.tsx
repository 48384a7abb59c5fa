import { PlusIcon } from '@heroicons/react/24/outline';
import { Button, Group, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { useMayInAccount } from '../../api/use-viewer';
import { CreateApp } from '../../parts/create-app';
import { SecretOnce } from '../../parts/secret-once';

const APPS = graphql(`
  query AppChoices {
    apps(first: 100) {
      edges {
        node {
          clientId
          name
        }
      }
    }
  }
`);

/** Secrets of apps made on this page, by client id: kept in memory over the change of page that follows a save. */
const newSecrets = new Map<string, string>();

interface AppFieldProps {
  value: string | null;
  error: string | undefined;
  onChange(clientId: string | null): void;
}

/** An existing app, or a new one, whose secret is shown then and never again. */
export function AppField({ value, error, onChange }: AppFieldProps) {
  const { data, problem } = useData(APPS, {});
  const may = useMayInAccount();
  const [creating, setCreating] = useState(false);
  const secret = value === null ? undefined : newSecrets.get(value);
  const apps = data?.apps.edges.map(({ node }) => ({ value: node.clientId, label: node.name })) ?? [];
  // An account may have more apps than the first page; the chosen one must not look as if it were gone.
  const choices = value === null || apps.some((app) => app.value === value) ? apps : [...apps, { value, label: value }];
  return (
    <Stack gap="sm">
      <Group align="end" gap="xs" wrap="nowrap">
        <Select
          label="App"
          description="The caller's credentials: it signs its tokens with the app's secret or a key of its own"
          placeholder={apps.length === 0 ? 'No app yet' : 'Pick an app'}
          data={choices}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'No app' }}
          flex={1}
          value={value}
          error={error ?? problem?.message}
          onChange={onChange}
        />
        {may('app.create') && (
          <Button variant="default" leftSection={<PlusIcon width={16} aria-hidden />} onClick={() => setCreating(true)}>
            New app
          </Button>
        )}
      </Group>
      {value !== null && secret && (
        <SecretOnce
          title="Credentials of the new app"
          values={[
            { name: 'Client ID', value },
            { name: 'Client secret', value: secret },
          ]}
        />
      )}
      <CreateApp
        opened={creating}
        onClose={() => setCreating(false)}
        onCreated={(clientId, made) => {
          if (made !== '') newSecrets.set(clientId, made);
          onChange(clientId);
        }}
      />
    </Stack>
  );
}
