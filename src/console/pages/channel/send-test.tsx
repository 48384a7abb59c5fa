import { Alert, Badge, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { appSecrets } from '../../api/app-secrets';
import { callHook, type HookAnswer } from '../../api/call-hook';
import { signsWithSecret, signToken } from '../../api/sign-token';
import { CodeBlock } from '../../parts/code-block';
import { ProblemNotice } from '../../parts/problem-notice';
import { SecretField } from '../../parts/secret-field';
import { useChannel } from './channel-context';
import { curlLine, messageBody } from './message-body';

/** A version of the hook, as the payload formats name it. */
export type HookVersion = 'v1' | 'v2';

interface SendTestProps {
  url: string;
  sample: object;
  version: HookVersion;
}

/** A message of one's own to the hook, as a curl line or from here. */
export function SendTest({ url, sample, version }: SendTestProps) {
  const { app } = useChannel();
  const [text, setText] = useState('Hello');
  const [curl, setCurl] = useState<string | null>(null);
  const [answer, setAnswer] = useState<HookAnswer | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [running, setRunning] = useState(false);
  if (!app) {
    return (
      <Alert color="orange" variant="outline">
        Associate an app with the channel first: without one nobody can sign a message.
      </Alert>
    );
  }
  const body = messageBody(sample, version, text);

  const withToken = async (use: (token: string) => Promise<void> | void) => {
    setFault(null);
    setRunning(true);
    try {
      const secret = appSecrets.get(app.clientId);
      if (secret === '')
        throw new Error(
          signsWithSecret(app.algorithm)
            ? 'Paste the client secret of the app first. A lost one is replaced on the page Apps.'
            : 'Paste the private key of the caller first. The page Apps has its public key only.',
        );
      await use(await signToken(app, secret));
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
    setRunning(false);
  };

  return (
    <Paper withBorder p="md">
      <Stack>
        <Title order={2} size="h5">
          Try it
        </Title>
        <SecretField app={app} />
        <TextInput label="Message" value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Group>
          <Button
            loading={running}
            onClick={() => void withToken(async (token) => setAnswer(await callHook(url, token, body)))}
          >
            Send test
          </Button>
          <Button variant="default" onClick={() => void withToken((token) => setCurl(curlLine(url, token, body)))}>
            Make curl line
          </Button>
        </Group>
        <ProblemNotice problem={fault === null ? null : { code: 'TEST', message: fault, field: null }} />
        {curl && <CodeBlock label="curl, with a token good for 15 minutes" value={curl} what="curl line" />}
        {answer && (
          <Stack gap="xs" aria-live="polite" role="status">
            <Group gap="xs">
              <Badge variant="dot" color={answer.status < 300 ? 'green' : 'red'} size="lg" radius="sm">
                {answer.status}
              </Badge>
              <Text size="sm" c="dimmed">
                {answer.durationMs} ms
              </Text>
            </Group>
            <CodeBlock label="Request" value={body} what="request" />
            <CodeBlock label="Reply" value={answer.body} what="reply" />
          </Stack>
        )}
      </Stack>
    </Paper>
  );
}
