import { Group, Paper, Stack, Text } from '@mantine/core';
import { CodeBlock } from '../../parts/code-block';
import { CopyText } from '../../parts/copy-text';
import { curl } from '../../parts/curl';
import { HeaderList } from '../../parts/header-list';
import { Moment } from '../../parts/moment';

export interface Attempt {
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

/** What the connection sets by itself. */
const OF_CONNECTION = ['host', 'connection', 'content-length', 'transfer-encoding'];

/** The same POST by hand, to try a receiver; what is secret in the headers is left out here as there. */
const asCurl = (url: string, headers: unknown, payload: unknown): string =>
  curl(
    url,
    Object.entries(headers ?? {}).filter(([name]) => !OF_CONNECTION.includes(name.toLowerCase())),
    JSON.stringify(payload),
  );

/** One POST: where it went, what it carried, and what came back. */
export function AttemptView({ attempt, payload }: { attempt: Attempt; payload: unknown }) {
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
            <Group justify="space-between" gap="xs">
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                POST {url}
              </Text>
              {payload ? <CopyText value={asCurl(url, requestHeaders, payload)} what="as curl" /> : null}
            </Group>
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
