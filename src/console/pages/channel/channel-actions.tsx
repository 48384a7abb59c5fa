import { ChatBubbleOvalLeftIcon } from '@heroicons/react/24/outline';
import { Button, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { useRights } from '../../api/use-viewer';
import { Waiting } from '../../parts/waiting';
import { useChannel } from './channel-context';

const Talk = lazy(async () => ({ default: (await import('./talk')).Talk }));

/** "Talk to the bot" beside the page: the talk stays when the panel is closed. */
export function ChannelActions() {
  const channel = useChannel();
  const { mayBuild } = useRights();
  const [opened, { open, close }] = useDisclosure(false);
  if (!mayBuild) return null;
  return (
    <>
      <Button variant="default" leftSection={<ChatBubbleOvalLeftIcon width={16} aria-hidden />} onClick={open}>
        Talk to the bot
      </Button>
      <Drawer
        opened={opened}
        onClose={close}
        position="right"
        keepMounted
        title={`Talk over ${channel.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Suspense fallback={<Waiting />}>
          <Talk />
        </Suspense>
      </Drawer>
    </>
  );
}
