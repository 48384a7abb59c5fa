import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { appSecrets } from '../../api/app-secrets';
import { callHook } from '../../api/call-hook';
import { signToken } from '../../api/sign-token';
import { BlockerList } from '../../parts/blocker-list';
import { type Bubble, Bubbles } from '../../parts/bubbles';
import { messagesIn } from '../../parts/messages-in';
import { SecretField } from '../../parts/secret-field';
import { useChannel } from './channel-context';
import { useCallbacks } from './use-callbacks';

const newUser = () => `console-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;

/** A conversation over this very channel, as an outside system would have it. */
export function Talk() {
  const channel = useChannel();
  const { app } = channel;
  const [user, setUser] = useState(newUser);
  const [text, setText] = useState('');
  const [said, setSaid] = useState<Bubble[]>([]);
  const [running, setRunning] = useState(false);
  const [hasSecret, setHasSecret] = useState(app ? appSecrets.get(app.clientId) !== '' : false);
  const end = useRef<HTMLDivElement>(null);
  const add = (...bubbles: Bubble[]) => setSaid((before) => [...before, ...bubbles]);
  useCallbacks(channel, said.length > 0 ? user : null, (bubbles) => add(...bubbles));
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever something was said
  useEffect(() => {
    void end.current?.scrollIntoView({ block: 'end' }); // newer browsers give a promise
  }, [said]);
  if (!app || !channel.webhookUrl) return <BlockerList bot={channel.bot} channel={channel} />;
  const url = channel.webhookUrl;

  const send = async (event: FormEvent) => {
    event.preventDefault();
    const message = text.trim();
    if (message === '') return;
    setRunning(true);
    try {
      const token = await signToken(app, appSecrets.get(app.clientId));
      add({ from: 'user', content: message });
      setText('');
      const body = { session: { new: said.length === 0 }, message: { text: message }, from: { id: user } };
      const answer = await callHook(url, token, body);
      if (answer.status === 200) add(...messagesIn(answer.body).map((content) => ({ from: 'bot' as const, content })));
      else add({ from: 'fault', content: faultIn(answer.status, answer.body) });
    } catch (error) {
      add({ from: 'fault', content: error instanceof Error ? error.message : String(error) });
    }
    setRunning(false);
  };

  return (
    <Stack>
      <SecretField app={app} onChange={(secret) => setHasSecret(secret !== '')} />
      <BlockerList bot={channel.bot} channel={channel} />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          As the user {user}
        </Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setUser(newUser());
            setSaid([]);
          }}
        >
          Start over
        </Button>
      </Group>
      {channel.mode === 'ASYNC' && (
        <Alert variant="outline" color="gray">
          The replies go to the POST URL; they are shown here as the conversation log has them.
        </Alert>
      )}
      <Bubbles bubbles={said} />
      <form onSubmit={(event) => void send(event)}>
        <Group align="end" wrap="nowrap">
          <TextInput
            label="Message"
            flex={1}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" loading={running} disabled={!hasSecret}>
            Send
          </Button>
        </Group>
      </form>
      <div ref={end} />
    </Stack>
  );
}

function faultIn(status: number, body: unknown): string {
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : null;
  const messages = Array.isArray(errors) ? errors.map((error) => String(error?.msg ?? '')) : [];
  return `${status}: ${messages.join(' ') || 'The hook refused the message.'}`;
}
