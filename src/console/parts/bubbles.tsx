import { Paper, Stack, Text, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { HiddenText, isHidden } from './hidden-text';
import { isTemplate } from './messages-in';

const TemplatePreview = lazy(async () => ({ default: (await import('./template-preview')).TemplatePreview }));

export interface Bubble {
  from: 'user' | 'bot' | 'fault';
  /** A text, a template, or the word that it is hidden. */
  content: unknown;
}

const NAMES = { user: 'User: ', bot: 'Bot: ', fault: 'Failed: ' };

/** A conversation, oldest first. */
export function Bubbles({ bubbles }: { bubbles: Bubble[] }) {
  return (
    <Stack gap="xs" role="log" aria-label="Conversation">
      {bubbles.map((bubble, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was said keeps its place
        <OneBubble key={at} {...bubble} />
      ))}
    </Stack>
  );
}

function OneBubble({ from, content }: Bubble) {
  const color = {
    user: { bg: 'var(--mantine-primary-color-filled)', c: 'white' },
    bot: { bg: 'var(--mantine-color-default-hover)' },
    fault: { bd: '1px solid var(--mantine-color-error)' },
  }[from];
  return (
    <Paper p="xs" px="sm" radius="lg" maw="88%" style={{ alignSelf: from === 'user' ? 'end' : 'start' }} {...color}>
      <VisuallyHidden>{NAMES[from]}</VisuallyHidden>
      <Content content={content} />
    </Paper>
  );
}

function Content({ content }: Pick<Bubble, 'content'>) {
  if (isHidden(content)) return <HiddenText />;
  if (isTemplate(content)) {
    return (
      <Suspense fallback={<Text size="sm">…</Text>}>
        <TemplatePreview template={content} />
      </Suspense>
    );
  }
  return (
    <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {typeof content === 'string' ? content : JSON.stringify(content)}
    </Text>
  );
}
