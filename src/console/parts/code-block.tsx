import { Code, Group, Stack, Text } from '@mantine/core';
import { CopyText } from './copy-text';

interface CodeBlockProps {
  label: string;
  /** Text, or anything that is shown as JSON. */
  value: unknown;
  /** What the copy button says it copies. */
  what?: string;
}

export function CodeBlock({ label, value, what = 'text' }: CodeBlockProps) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {label}
        </Text>
        <CopyText value={text} what={what} />
      </Group>
      {/* Scrolls sideways, so it has to be reachable by keyboard. */}
      <Code
        block
        tabIndex={0}
        role="region"
        aria-label={label}
        mah={420}
        style={{ overflow: 'auto', ...(isAddress(text) && { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }) }}
      >
        {text === '' ? '(empty)' : text}
      </Code>
    </Stack>
  );
}

/** One long word, which is read in lines and copied as it is. */
const isAddress = (text: string): boolean => /^https?:\S+$/.test(text);
