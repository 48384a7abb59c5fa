import { Anchor, Paper, Stack, Text, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { HiddenText, isHidden } from './hidden-text';
import { isTemplate } from './messages-in';

const TemplatePreview = lazy(async () => ({ default: (await import('./template-preview')).TemplatePreview }));

export interface Bubble {
  /** A note is nobody's: it says what became of a turn. */
  from: 'user' | 'bot' | 'fault' | 'note';
  /** A text, a template, or the word that it is hidden. */
  content: unknown;
  /** Where a note leads. */
  to?: string;
}

const NAMES = { user: 'User: ', bot: 'Bot: ', fault: 'Failed: ' };
/** A link that stands in a text, to the web only. */
const LINK = /(https?:\/\/[^\s<>"]+)/;

/** A conversation, oldest first. */
export function Bubbles({ bubbles, label = 'Conversation' }: { bubbles: Bubble[]; label?: string }) {
  return (
    <Stack gap="xs" role="log" aria-label={label}>
      {bubbles.map((bubble, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was said keeps its place
        <OneBubble key={at} {...bubble} />
      ))}
    </Stack>
  );
}

function OneBubble({ from, content, to }: Bubble) {
  if (from === 'note')
    return (
      <Text size="xs" c="dimmed">
        {to ? (
          <Anchor component={Link} href={to} inherit>
            {String(content)}
          </Anchor>
        ) : (
          String(content)
        )}
      </Text>
    );
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
      {typeof content === 'string' ? <Linked text={content} /> : JSON.stringify(content)}
    </Text>
  );
}

/** Links in what is said can be followed: forms come as links. */
function Linked({ text }: { text: string }) {
  return text.split(LINK).map((part, at) =>
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text keep their places
      <Anchor key={at} href={part} target="_blank" rel="noreferrer" inherit c="inherit" td="underline">
        {part}
      </Anchor>
    ) : (
      part
    ),
  );
}
