import { Button, Group, List, Modal, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { SendTestCallbackMutation } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useRights } from '../../api/use-viewer';
import { CodeBlock } from '../../parts/code-block';
import { HeaderList } from '../../parts/header-list';
import { ProblemNotice } from '../../parts/problem-notice';
import { StateBadge } from '../../parts/state-badge';

const SEND = graphql(`
  mutation SendTestCallback($channelId: ID!) {
    sendTestCallback(channelId: $channelId) {
      id
      url
      requestHeaders
      requestBody
      durationMs
      statusCode
      error
      responseHeaders
      responseBody
    }
  }
`);

type Tested = SendTestCallbackMutation['sendTestCallback'];

/** Sends a signed test to the channel's POST URL, and shows both sides. */
export function TestCallback({ channelId }: { channelId: string }) {
  const { mayBuild } = useRights();
  const [tested, setTested] = useState<Tested | null>(null);
  const { run, running, problem } = useChange(SEND);
  const send = async () => {
    const done = await run({ channelId });
    if (done) setTested(done.sendTestCallback);
  };
  if (!mayBuild) return null;
  return (
    <>
      <Group>
        <Button variant="default" loading={running} onClick={() => void send()}>
          Send a test callback
        </Button>
        <Text size="sm" c="dimmed">
          A signed POST to the approved URL, marked as a test. It is no message of a conversation.
        </Text>
      </Group>
      <ProblemNotice problem={problem} />
      <Modal
        opened={tested !== null}
        onClose={() => setTested(null)}
        title="Test callback"
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {tested && <Outcome tested={tested} />}
      </Modal>
    </>
  );
}

function Outcome({ tested }: { tested: Tested }) {
  const { statusCode, error, durationMs, url, requestHeaders, requestBody, responseHeaders, responseBody } = tested;
  const isTaken = statusCode !== null && statusCode !== undefined && statusCode >= 200 && statusCode < 300;
  return (
    <Stack>
      <Group>
        <StateBadge
          label={
            isTaken
              ? { text: `Taken: ${statusCode}`, color: 'green' }
              : { text: `Not taken: ${statusCode ?? 'no answer'}`, color: 'red' }
          }
        />
        <Text size="sm" c="dimmed">
          {durationMs} ms
        </Text>
      </Group>
      {error && <Text size="sm">{error}</Text>}
      <Title order={3} size="h5">
        What was sent
      </Title>
      <Text size="sm">POST {url}</Text>
      <HeaderList title="Headers of the request" headers={requestHeaders} />
      <CodeBlock label="Body" value={requestBody} what="body" />
      <Title order={3} size="h5">
        What came back
      </Title>
      <HeaderList title="Headers of the answer" headers={responseHeaders} />
      <CodeBlock label="Answer" value={responseBody ?? ''} what="answer" />
      <Title order={3} size="h5">
        How to verify the signature
      </Title>
      <List size="sm" type="ordered">
        <List.Item>
          Join <code>webhook-id</code>, <code>webhook-timestamp</code> and the body, byte for byte, with dots between.
        </List.Item>
        <List.Item>
          <code>v1</code>: HMAC-SHA256 of that with the channel's signing secret, decoded from base64 behind{' '}
          <code>whsec_</code>, in base64. <code>v1a</code>: an ed25519 signature, verified with the channel's public
          key.
        </List.Item>
        <List.Item>
          It is good if one of the signatures in the header is yours; refuse timestamps more than five minutes off.
        </List.Item>
      </List>
      <CodeBlock
        label="In a shell, with the secret in SECRET"
        value={shellOf(requestHeaders, requestBody)}
        what="command"
      />
    </Stack>
  );
}

function shellOf(headers: unknown, body: string): string {
  const { 'webhook-id': id, 'webhook-timestamp': at } = headers as Record<string, string>; // as the server sends them
  const quoted = `${id}.${at}.${body}`.replaceAll("'", "'\\''");
  return `printf '%s' '${quoted}' | openssl dgst -sha256 -mac HMAC \\
  -macopt hexkey:$(printf '%s' "\${SECRET#whsec_}" | base64 -d | xxd -p -c 256) -binary | base64`;
}
