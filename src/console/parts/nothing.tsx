import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** The word that there is nothing yet, and what to do about it. */
export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl">
      <Text fw={600}>{title}</Text>
      {children && (
        <Text component="div" c="dimmed" size="sm" ta="center" maw={460}>
          {children}
        </Text>
      )}
    </Stack>
  );
}
