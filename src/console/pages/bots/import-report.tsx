import { CheckIcon } from '@heroicons/react/24/outline';
import { Alert, Anchor, Button, Group, List, Stack, Text } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import type { ImportBotMutation } from '../../api/.generated/graphql';
import { counted, ImportWarnings } from './import-warnings';

export type Report = ImportBotMutation['importBot'];

/** What was imported, what is to be configured now, and what cannot run here. */
export function ImportReport({ report, onLeave }: { report: Report; onLeave(): void }) {
  const [, navigate] = useLocation();
  const { bot, dialogs, messages, overrides, channels, warnings } = report;
  const placeholders = channels.filter((channel) => channel.status === 'NEEDS_CONFIGURATION');
  return (
    <Stack>
      <Alert
        role="status"
        color="green"
        variant="outline"
        icon={<CheckIcon width={24} aria-hidden />}
        title={`“${bot.name}” was imported`}
      >
        {counted(dialogs, 'dialog')}, {counted(messages, 'message')}, {counted(overrides, 'override')},{' '}
        {counted(channels.length, 'webhook channel')}.
      </Alert>
      {placeholders.length > 0 && (
        <Stack gap={4}>
          <Text fw={600} size="sm">
            To be configured: no app, secret or POST URL ever travels in an export
          </Text>
          <List size="sm">
            {placeholders.map(({ id, name }) => (
              <List.Item key={id}>
                <Anchor component={Link} href={`/bots/${bot.id}/channels/${id}`} size="sm" onClick={onLeave}>
                  {name}
                </Anchor>
              </List.Item>
            ))}
          </List>
        </Stack>
      )}
      <ImportWarnings warnings={warnings}>
        <Anchor component={Link} href={`/bots/${bot.id}/settings`} size="sm" onClick={onLeave}>
          Fill them in
        </Anchor>
      </ImportWarnings>
      <Group justify="flex-end">
        <Button
          data-autofocus
          onClick={() => {
            onLeave();
            navigate(`/bots/${bot.id}`);
          }}
        >
          Open the bot
        </Button>
      </Group>
    </Stack>
  );
}
