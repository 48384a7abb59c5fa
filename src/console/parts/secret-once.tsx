import { KeyIcon } from '@heroicons/react/24/outline';
import { Alert, Code, Group, Stack, Text } from '@mantine/core';
import { CopyText } from './copy-text';

interface SecretOnceProps {
  title: string;
  /** Name and value, in the order to show them. */
  values: { name: string; value: string }[];
}

/** What the server tells this once. */
export function SecretOnce({ title, values }: SecretOnceProps) {
  return (
    <Alert role="status" color="yellow" variant="outline" icon={<KeyIcon width={24} aria-hidden />} title={title}>
      <Stack gap="xs">
        <Text size="sm">Copy it to a safe place now: a secret is never shown again.</Text>
        {values.map(({ name, value }) => (
          <Group key={name} gap="xs">
            <Text size="sm" w={110}>
              {name}
            </Text>
            <Code style={{ overflowWrap: 'anywhere' }}>{value}</Code>
            <CopyText value={value} what={name.toLowerCase()} />
          </Group>
        ))}
      </Stack>
    </Alert>
  );
}
