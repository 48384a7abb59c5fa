import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useClient } from 'urql';
import { useChange } from '../../api/use-change';
import { ProblemNotice } from '../../parts/problem-notice';
import { SAVE_TEST, TURN_OF_TRACE } from './playground-query';

/** Keeps the session, up to a turn, as a test of the bot. */
export function SaveTest({ traceId }: { traceId: string }) {
  const client = useClient();
  const { run, running, problem } = useChange(SAVE_TEST);
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const [saved, setSaved] = useState<string | null>(null);
  const save = async () => {
    const { data } = await client.query(TURN_OF_TRACE, { traceId }, { requestPolicy: 'network-only' }).toPromise();
    const turn = data?.turn;
    if (!turn) return;
    const done = await run({ conversationId: turn.conversation.id, turnId: turn.id, name });
    if (!done) return;
    setSaved(done.saveBotTest.name);
    setOpened(false);
    setName('');
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpened(true)}>
        Save as a test
      </Button>
      <Text size="sm" role="status">
        {saved && `Saved as “${saved}”.`}
      </Text>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title="Save as a test"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Stack>
            <Text size="sm">
              What was said since the session began is kept, with what the bot said to it, for new versions to be
              checked with.
            </Text>
            <TextInput
              label="Name of the test"
              required
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {problem && <ProblemNotice problem={problem} />}
            <Group justify="end">
              <Button type="submit" loading={running}>
                Save
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
