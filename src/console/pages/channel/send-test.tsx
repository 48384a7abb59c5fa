import {
  Alert,
  Anchor,
  Badge,
  Button,
  Group,
  JsonInput,
  NativeSelect,
  Paper,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { appSecrets } from '../../api/app-secrets';
import { callHook, type HookAnswer } from '../../api/call-hook';
import { signsWithSecret, signToken } from '../../api/sign-token';
import { CodeBlock } from '../../parts/code-block';
import { ProblemNotice } from '../../parts/problem-notice';
import { SecretField } from '../../parts/secret-field';
import { CODE, type Language } from './call-code';
import { useChannel } from './channel-context';
import { messageBody } from './message-body';

/** A version of the hook, as the payload formats name it. */
export type HookVersion = 'v1' | 'v2';

interface SendTestProps {
  url: string;
  sample: object;
  version: HookVersion;
}

/** A message of one's own to the hook, as a curl line or from here. */
export function SendTest({ url, sample, version }: SendTestProps) {
  const { id, app, bot, mode } = useChannel();
  const [text, setText] = useState('Hello');
  const [language, setLanguage] = useState<Language>('curl');
  const [code, setCode] = useState<{ language: Language; text: string } | null>(null);
  /** The request as somebody has changed it. */
  const [edited, setEdited] = useState<string | null>(null);
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
  const written = edited === null ? messageBody(sample, version, text) : objectIn(edited);
  const body = written ?? {};

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
        {edited === null ? (
          <TextInput label="Message" value={text} onChange={(event) => setText(event.currentTarget.value)} />
        ) : (
          <JsonInput
            label="Request"
            description="The whole body: events, templates, attachments and custom data, too."
            autosize
            minRows={4}
            value={edited}
            error={written ? null : 'This is not a JSON object.'}
            onChange={setEdited}
          />
        )}
        <Group align="end">
          <Button
            loading={running}
            disabled={!written}
            onClick={() => void withToken(async (token) => setAnswer(await callHook(url, token, body)))}
          >
            Send test
          </Button>
          <Button variant="default" onClick={() => setEdited(edited === null ? JSON.stringify(body, null, 2) : null)}>
            {edited === null ? 'Edit the request' : 'Write a message'}
          </Button>
          <NativeSelect
            label="Language"
            data={Object.entries(CODE).map(([value, { name }]) => ({ value, label: name }))}
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value as Language)} // a key of CODE
          />
          <Button
            variant="default"
            disabled={!written}
            onClick={() =>
              void withToken((token) => setCode({ language, text: CODE[language].write(url, token, body) }))
            }
          >
            Make code
          </Button>
        </Group>
        <ProblemNotice problem={fault === null ? null : { code: 'TEST', message: fault, field: null }} />
        {code && (
          <CodeBlock
            label={`${CODE[code.language].name}, with a token good for 15 minutes`}
            value={code.text}
            what="code"
          />
        )}
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
            <CodeBlock label="Reply" value={answer.body} what="reply" />
            {mode === 'ASYNC' && answer.status < 300 && (
              <Text size="sm">
                What the bot says is POSTed to the POST URL:{' '}
                <Anchor component={Link} href={`/bots/${bot.id}/channels/${id}/deliveries`} inherit underline="always">
                  Deliveries
                </Anchor>{' '}
                shows what was sent and what came of it.
              </Text>
            )}
          </Stack>
        )}
      </Stack>
    </Paper>
  );
}

function objectIn(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
