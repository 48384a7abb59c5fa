import { SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { CodeBlock } from '../../parts/code-block';
import { useChannel } from './channel-context';
import { type HookVersion, SendTest } from './send-test';

interface Format {
  request: { url: string; body: object };
  response: { status: number; body: unknown };
  callback?: { url: string | null; headers: object; body: unknown };
}

/** What goes over the wire of this channel, and a try of it. */
export function PayloadFormatsTab() {
  const channel = useChannel();
  const [version, setVersion] = useState<HookVersion>('v1');
  // The server's own shape, of every channel.
  const formats = channel.payloadFormats as Record<HookVersion, Format> & { authorization: object };
  const { request, response, callback } = formats[version];
  return (
    <Stack gap="lg">
      <SegmentedControl
        aria-label="Version of the hook"
        w="fit-content"
        data={[
          { value: 'v1', label: 'Version 1' },
          { value: 'v2', label: 'Version 2' },
        ]}
        value={version}
        onChange={(value) => setVersion(value === 'v2' ? 'v2' : 'v1')}
      />
      <SendTest key={version} url={request.url} sample={request.body} version={version} />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <CodeBlock label="Request body" value={request.body} what="request" />
        <CodeBlock label={`Response (${response.status})`} value={response.body} what="response" />
        {callback && (
          <>
            <CodeBlock label="Headers of the callback" value={callback.headers} what="headers" />
            <CodeBlock label={`POSTed to ${callback.url ?? 'the POST URL'}`} value={callback.body} what="callback" />
          </>
        )}
        <CodeBlock
          label="Authorization"
          value={{ ...formats.authorization, ...(channel.app && { algorithm: channel.app.algorithm }) }}
          what="authorization"
        />
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        Unknown keys are tolerated. An Idempotency-Key header makes a repeated call safe.
      </Text>
    </Stack>
  );
}
