import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useData } from '../../api/use-data';
import { ChangesView } from '../../parts/changes-view';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { BOT_CHANGES } from './bot-changes';
import { useBot } from './bot-context';

/** What publishing this version again would change, against the live one. */
export function CompareVersion({ number }: { number: number }) {
  const { liveVersion } = useBot();
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
        size="lg"
        title={`Version ${number} against the live version ${liveVersion.number}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open && <Changes number={number} />}
      </Modal>
    </>
  );
}

function Changes({ number }: { number: number }) {
  const bot = useBot();
  const { data, problem, refresh } = useData(BOT_CHANGES, { id: bot.id, channelIds: null, versionNumber: number });
  if (problem) return <ProblemNotice problem={problem} onRetry={refresh} />;
  return data ? <ChangesView changes={data.bot?.changes} /> : <Waiting />;
}
