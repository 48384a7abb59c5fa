import { Group, Paper, Stack, Text } from '@mantine/core';
import { CodeBlock } from '../../parts/code-block';
import { HeaderList } from '../../parts/header-list';
import { Moment } from '../../parts/moment';

interface Attempt {
  number: number;
  startedAt: string;
  durationMs: number;
  statusCode?: number | null | undefined;
  error?: string | null | undefined;
  responseBody?: string | null | undefined;
  url?: string | null | undefined;
  requestHeaders?: unknown;
  responseHeaders?: unknown;
}

/** One POST: where it went, what it carried, and what came back. */
export function AttemptView({ attempt }: { attempt: Attempt }) {
  const { number, startedAt, durationMs, statusCode, error, responseBody, url, requestHeaders, responseHeaders } =
    attempt;
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group justify="space-between">
          <Text size="sm" fw={600}>
            {number}. {statusCode ?? 'no answer'}
          </Text>
          <Text size="sm" c="dimmed">
            <Moment at={startedAt} />, {durationMs} ms
          </Text>
        </Group>
        {error && <Text size="sm">{error}</Text>}
        {url ? (
          <>
            <Text size="sm">POST {url}</Text>
            <HeaderList title={`Headers of request ${number}`} headers={requestHeaders} />
            <HeaderList title={`Headers of answer ${number}`} headers={responseHeaders} />
          </>
        ) : (
          <Text size="xs" c="dimmed">
            Headers are kept of attempts that fail.
          </Text>
        )}
        {responseBody && <CodeBlock label="Answer" value={responseBody} what="answer" />}
      </Stack>
    </Paper>
  );
}
