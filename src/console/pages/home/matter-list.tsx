import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

interface MatterListProps {
  title: string;
  /** What there is beyond the lines, and the way to all of it. */
  more?: ReactNode;
  children: ReactNode;
}

/** Matters of one kind that wait for somebody. */
export function MatterList({ title, more, children }: MatterListProps) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      <Stack gap="sm">{children}</Stack>
      {more && (
        <Text size="sm" c="dimmed" mt="sm" component="div">
          {more}
        </Text>
      )}
    </Paper>
  );
}

interface MatterProps {
  name: ReactNode;
  note?: ReactNode;
  /** What helps. */
  action?: ReactNode;
}

export function Matter({ name, note, action }: MatterProps) {
  return (
    <Group justify="space-between" gap="xs" data-testid="matter">
      <div style={{ flex: '1 1 220px', minWidth: 0, overflowWrap: 'anywhere' }}>
        <Text fw={600} component="div">
          {name}
        </Text>
        {note && (
          <Text size="sm" c="dimmed" component="div">
            {note}
          </Text>
        )}
      </div>
      {action}
    </Group>
  );
}

/** The way to where a matter is mended. `about` tells it from others of the same name. */
export function Way({ to, name, about }: { to: string; name: string; about: string }) {
  return (
    <Button component={Link} href={to} size="xs" variant="default" aria-label={`${name}: ${about}`}>
      {name}
    </Button>
  );
}
