import { Alert, Badge, Button, Group, List, Stack, Text } from '@mantine/core';
import type { ChangeAction } from '../../api/.generated/graphql';
import { sentence } from '../../parts/sentence';
import type { Report } from './import-report';
import { counted, ImportWarnings } from './import-warnings';

interface ImportPreviewProps {
  report: Report;
  importing: boolean;
  onImport(): void;
  onLeave(): void;
}

const ACTIONS: Record<ChangeAction, { text: string; color: string }> = {
  CREATE: { text: 'New', color: 'green' },
  UPDATE: { text: 'Changed', color: 'yellow' },
  DELETE: { text: 'Removed', color: 'red' },
  PUBLISH: { text: 'Published', color: 'blue' },
  NONE: { text: 'Waits', color: 'gray' },
};
/** Changes that are listed; of more the number is told. */
const MOST_CHANGES = 100;

/** What an import would do, before it does it. */
export function ImportPreview({ report, importing, onImport, onLeave }: ImportPreviewProps) {
  const { bot, dialogs, messages, overrides, channels, warnings, changes } = report;
  const more = changes.length - MOST_CHANGES;
  return (
    <Stack>
      <Alert role="status" variant="outline" color="gray" title={`This would import “${bot.name}”`}>
        {counted(dialogs, 'dialog')}, {counted(messages, 'message')}, {counted(overrides, 'override')},{' '}
        {counted(channels.length, 'webhook channel')}. Nothing is changed yet.
      </Alert>
      {changes.length > 0 && (
        <List
          size="sm"
          spacing={4}
          listStyleType="none"
          aria-label="Changes"
          tabIndex={0}
          style={{ maxHeight: 240, overflow: 'auto' }}
        >
          {changes.slice(0, MOST_CHANGES).map(({ action, kind, name }) => (
            <List.Item key={`${action} ${kind} ${name}`}>
              <Group gap="xs" wrap="nowrap">
                <Badge color={ACTIONS[action].color} variant="light" style={{ flexShrink: 0 }}>
                  {ACTIONS[action].text}
                </Badge>
                <Text size="sm">
                  {sentence(kind)} {name}
                </Text>
              </Group>
            </List.Item>
          ))}
          {more > 0 && <List.Item>and {more} more</List.Item>}
        </List>
      )}
      <ImportWarnings warnings={warnings} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onLeave}>
          Choose another file
        </Button>
        <Button data-autofocus loading={importing} onClick={onImport}>
          Import it
        </Button>
      </Group>
    </Stack>
  );
}
