import { Badge, Code, Stack, Text } from '@mantine/core';
import type { ContentType } from '../../api/.generated/graphql';
import { TYPES } from './content-types';

interface Content {
  type: ContentType;
  value: string;
}

/** The contents of a message, in short or whole. */
export function ContentsView({ contents, whole = false }: { contents: Content[]; whole?: boolean }) {
  if (contents.length === 0) return <Text c="dimmed">Nothing</Text>;
  return (
    <Stack gap={6}>
      {contents.map(({ type, value }) =>
        type === 'TEXT' ? (
          <Text
            key={value}
            size="sm"
            {...(whole ? {} : { lineClamp: 3 })}
            style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
          >
            {value}
          </Text>
        ) : (
          <div key={value}>
            <Badge variant="default">{TYPES[type]}</Badge>
            <Code style={{ overflowWrap: 'anywhere' }}> {whole ? value : value.slice(0, 90)}</Code>
          </div>
        ),
      )}
    </Stack>
  );
}
