import { Button, Modal } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Waiting } from '../../parts/waiting';
import { useBot } from './bot-context';

const BotReview = lazy(async () => ({ default: (await import('../../parts/review/bot-review')).BotReview }));

/** What publishing this version again would change, against the live one. */
export function CompareVersion({ number }: { number: number }) {
  const { id, liveVersion } = useBot();
  const [open, setOpen] = useState(false);
  if (!liveVersion || liveVersion.number === number) return null;
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)} aria-label={`Compare version ${number}`}>
        Compare
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="xl"
        title={`Version ${number} against the live version ${liveVersion.number}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open && (
          <Suspense fallback={<Waiting />}>
            <BotReview
              botId={id}
              channelIds={null}
              versionNumber={number}
              heads={[`Version ${liveVersion.number}, live`, `Version ${number}`]}
            />
          </Suspense>
        )}
      </Modal>
    </>
  );
}
