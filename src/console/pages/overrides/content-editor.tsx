import { Button, Group, Paper, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { ContentType } from '../../api/.generated/graphql';
import { isTemplate } from '../../parts/messages-in';
import { TemplatePreview } from '../../parts/template-preview';
import { Waiting } from '../../parts/waiting';
import { asType, type ContentDraft, TYPES } from './content-types';

const CodeEditor = lazy(async () => ({ default: (await import('./code-editor')).CodeEditor }));

interface ContentEditorProps {
  content: ContentDraft;
  onChange(content: ContentDraft): void;
  onRemove?: () => void;
}

/** A text, a script in colours, or a template with what it will look like. */
export function ContentEditor({ content, onChange, onRemove }: ContentEditorProps) {
  const { type, value } = content;
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group justify="space-between">
          <SegmentedControl
            size="xs"
            aria-label="Kind of content"
            data={Object.entries(TYPES).map(([kind, label]) => ({ value: kind, label }))}
            value={type}
            onChange={(next) => onChange(asType(content, next as ContentType))} // a key of TYPES
          />
          {onRemove && (
            <Button size="xs" variant="subtle" onClick={onRemove}>
              Remove
            </Button>
          )}
        </Group>
        {type === 'TEXT' ? (
          <Textarea
            aria-label="Text"
            description="{{context.path}} and {{env.key}} are filled in"
            autosize
            minRows={3}
            required
            data-autofocus
            value={value}
            onChange={(event) => onChange({ type, value: event.currentTarget.value })}
          />
        ) : (
          <Suspense fallback={<Waiting />}>
            <CodeEditor
              label={TYPES[type]}
              language={type === 'SCRIPT' ? 'javascript' : 'json'}
              value={value}
              onChange={(text) => onChange({ type, value: text })}
            />
          </Suspense>
        )}
        {type === 'TEMPLATE' && <Preview text={value} />}
      </Stack>
    </Paper>
  );
}

function Preview({ text }: { text: string }) {
  const { template, fault } = read(text);
  return (
    <Stack gap={4} aria-live="polite">
      <Text size="xs" fw={600} c="dimmed">
        Preview
      </Text>
      {template ? <TemplatePreview template={template} /> : <Text size="sm">{fault}</Text>}
    </Stack>
  );
}

function read(text: string) {
  try {
    const value: unknown = JSON.parse(text);
    return isTemplate(value)
      ? { template: value, fault: null }
      : { template: null, fault: 'A template is an object with "type" and "payload".' };
  } catch (error) {
    return { template: null, fault: `Not JSON yet: ${error instanceof Error ? error.message : ''}` };
  }
}
