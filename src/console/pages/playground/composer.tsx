import { Button, Collapse, Group, JsonInput, Paper, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FilePicker } from './file-picker';
import type { Sent } from './use-talk';

interface ComposerProps {
  user: string;
  onUser(user: string): void;
  running: boolean;
  onSend(sent: Sent): void;
}

/** Where the user of the conversations writes. What is sent goes to each of them. */
export function Composer({ user, onUser, running, onSend }: ComposerProps) {
  const [text, setText] = useState('');
  const [event, setEvent] = useState('');
  const [customData, setCustomData] = useState('');
  const [more, setMore] = useState(false);
  const [files, setFiles] = useState<readonly File[]>([]);
  const data = parsed(customData);
  const custom = data.value === undefined ? {} : { customData: data.value };

  const sendText = (submitted: FormEvent) => {
    submitted.preventDefault();
    const val = text.trim();
    if (val === '' || !data.valid) return;
    setText('');
    setFiles([]);
    onSend({ message: { type: 'text', val }, files, shown: val, ...custom });
  };

  return (
    <Paper withBorder p="md">
      <Stack>
        <form onSubmit={sendText}>
          <Group align="end" wrap="nowrap">
            <TextInput
              label="Message"
              flex={1}
              value={text}
              onChange={(changed) => setText(changed.currentTarget.value)}
            />
            <Button type="submit" loading={running}>
              Send
            </Button>
          </Group>
        </form>
        {files.length > 0 && text.trim() === '' && <Text size="sm">Files go with a text: write one, too.</Text>}
        <FilePicker files={files} onChange={setFiles} />
        <Group>
          <Button size="xs" variant="default" aria-expanded={more} onClick={() => setMore(!more)}>
            User, custom data, events
          </Button>
        </Group>
        <Collapse expanded={more}>
          <Stack>
            <TextInput
              label="User id"
              description="Tests have conversations of their own, also for an id that a user has."
              value={user}
              onChange={(changed) => onUser(changed.currentTarget.value)}
            />
            <JsonInput
              label="Custom data"
              description="JSON, sent along with each message."
              autosize
              minRows={2}
              value={customData}
              error={data.valid ? null : 'This is not JSON.'}
              onChange={setCustomData}
            />
            <Group align="end">
              <TextInput
                label="Event"
                placeholder="ON_CONNECT"
                value={event}
                onChange={(changed) => setEvent(changed.currentTarget.value)}
              />
              <Button
                variant="default"
                loading={running}
                disabled={event.trim() === '' || !data.valid}
                onClick={() =>
                  onSend({ message: { type: 'event', val: event.trim() }, shown: `Event ${event.trim()}`, ...custom })
                }
              >
                Send event
              </Button>
            </Group>
          </Stack>
        </Collapse>
      </Stack>
    </Paper>
  );
}

function parsed(json: string): { valid: boolean; value?: unknown } {
  if (json.trim() === '') return { valid: true };
  try {
    return { valid: true, value: JSON.parse(json) };
  } catch {
    return { valid: false };
  }
}
