import { CheckIcon } from '@heroicons/react/24/outline';
import { Accordion, Alert, Anchor, Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import type { ImportBotMutation } from '../../api/.generated/graphql';

export type Report = ImportBotMutation['importBot'];

/** What was imported, what is to be configured now, and what cannot run here. */
export function ImportReport({ report, onLeave }: { report: Report; onLeave(): void }) {
  const [, navigate] = useLocation();
  const { bot, dialogs, messages, overrides, channels, warnings } = report;
  const ofVariables = warnings.filter(isOfVariable);
  const others = warnings.filter((warning) => !isOfVariable(warning));
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
      {ofVariables.length > 0 && (
        <Stack gap={4}>
          <Text fw={600} size="sm">
            Its variables: what is secured never travels in an export
          </Text>
          <List size="sm">
            {ofVariables.map(({ path, message }) => (
              <List.Item key={`${path} ${message}`}>{message}</List.Item>
            ))}
          </List>
          <Anchor component={Link} href={`/bots/${bot.id}/settings`} size="sm" onClick={onLeave}>
            Fill them in
          </Anchor>
        </Stack>
      )}
      {others.length > 0 && (
        <Accordion variant="contained">
          <Accordion.Item value="warnings">
            <Accordion.Control>Kept, but cannot run here: {counted(others.length, 'part')}</Accordion.Control>
            <Accordion.Panel>
              <List size="sm" spacing="xs" style={{ maxHeight: 280, overflow: 'auto' }} tabIndex={0}>
                {others.map(({ path, message }) => (
                  <List.Item key={`${path} ${message}`}>
                    <Code>{path}</Code> {message}
                  </List.Item>
                ))}
              </List>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
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

/** What an import says of variables: that they are to be filled in, or wait. */
const isOfVariable = ({ path }: { path: string }): boolean => path.startsWith('config.envVariables');

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
