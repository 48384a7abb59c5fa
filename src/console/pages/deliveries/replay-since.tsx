import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DeliveryFilter } from '../../api/.generated/graphql';
import { toIso } from '../../parts/use-fields-in-address';
import { ReplayDialog } from './replay-all';

const WHICH = [
  { value: 'DEAD', label: 'What was given up' },
  { value: 'DELIVERED', label: 'What was delivered' },
  { value: '', label: 'Both' },
];

/** Everything since a moment: what a receiver asks for that has lost some. */
export function ReplaySince({ filter }: { filter: DeliveryFilter }) {
  const { botId, channelId, endpoint, user } = filter;
  const [open, setOpen] = useState(false);
  const [since, setSince] = useState('');
  const [status, setStatus] = useState<string>('DEAD');
  const [chosen, setChosen] = useState<DeliveryFilter | null>(null);
  const where = { botId, channelId, endpoint, user };
  const named = Object.values(where).some(Boolean);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Replay everything since …
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title="Replay everything since"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setOpen(false);
            const ofStatus = status === '' ? {} : { status: status as 'DEAD' | 'DELIVERED' };
            setChosen({ ...where, from: toIso(since), ...ofStatus });
          }}
        >
          <Stack>
            <Text size="sm">
              {named
                ? 'Of the bot, channel, endpoint and user that the list shows.'
                : 'Of all channels of the account. To narrow it, pick a bot, a channel or a user above the list first.'}
            </Text>
            <TextInput
              label="Since"
              type="datetime-local"
              required
              data-autofocus
              value={since}
              onChange={(event) => setSince(event.currentTarget.value)}
            />
            <Select
              label="Which"
              data={WHICH}
              allowDeselect={false}
              value={status}
              onChange={(value) => setStatus(value ?? '')}
            />
            <Group justify="flex-end">
              <Button type="submit">Count them</Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      {chosen && <ReplayDialog filter={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}
