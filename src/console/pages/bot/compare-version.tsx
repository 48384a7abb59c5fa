import { Button, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ChangesView } from '../../parts/changes-view';
import { useBot } from './bot-context';

interface Version {
  number: number;
  channels: { id: string; name: string }[];
}

/** What publishing this version again would change, against the live one. */
export function CompareVersion({ version }: { botId: string; version: Version }) {
  const { liveVersion } = useBot();
  const [open, setOpen] = useState(false);
  if (!liveVersion || liveVersion.number === version.number) return null;
  const missingIn = (ids: { id: string }[]) => (one: { id: string }) => !ids.some(({ id }) => id === one.id);
  const changes = {
    version: { from: liveVersion.number, to: version.number },
    channels: {
      added: version.channels.filter(missingIn(liveVersion.channels)).map(({ name }) => name),
      removed: liveVersion.channels.filter(missingIn(version.channels)).map(({ name }) => name),
    },
  };
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => setOpen(true)}
        aria-label={`Compare version ${version.number}`}
      >
        Compare
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="lg"
        title={`Version ${version.number} against the live version ${liveVersion.number}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <ChangesView changes={changes} />
          <Text size="sm" c="dimmed">
            Definition, overrides and engine settings are part of a version; a roll back restores them with it.
          </Text>
        </Stack>
      </Modal>
    </>
  );
}
