import { Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { DeliveryFilter } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { ProblemNotice } from '../../parts/problem-notice';

const START = graphql(`
  mutation ReplayDeliveries($filter: DeliveryFilter!, $dryRun: Boolean!) {
    replayDeliveries(filter: $filter, dryRun: $dryRun) {
      id
      total
      totalIsExact
    }
  }
`);

const JOB = graphql(`
  query ReplayJob($id: ID!) {
    replayJob(id: $id) {
      id
      status
      total
      totalIsExact
      replayed
      skipped
      error
    }
  }
`);

const CANCEL = graphql(`
  mutation CancelReplay($id: ID!) {
    cancelJob(id: $id)
  }
`);

interface Total {
  total: number;
  totalIsExact: boolean;
}

const shown = ({ total, totalIsExact }: Total): string => `${total.toLocaleString()}${totalIsExact ? '' : '+'}`;

const LOOK_EVERY_MS = 1_000;

/** Sends all again that the filter finds. */
export function ReplayAll({ filter }: { filter: DeliveryFilter }) {
  const [open, setOpen] = useState(false);
  const isNarrow = Boolean(filter.channelId || filter.botId || filter.endpoint || filter.user || filter.from);
  return (
    <>
      <Button
        variant="default"
        disabled={!isNarrow || filter.status === 'PENDING'}
        title={isNarrow ? undefined : 'Pick a bot, a channel, a user or a beginning first'}
        onClick={() => setOpen(true)}
      >
        Replay all that match
      </Button>
      {open && <ReplayDialog filter={filter} onClose={() => setOpen(false)} />}
    </>
  );
}

/** Counts what the filter finds, then sends all of it again, and shows how far it is. */
export function ReplayDialog({ filter, onClose }: { filter: DeliveryFilter; onClose(): void }) {
  const [counted, setCounted] = useState<Total | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const { run, running, problem } = useChange(START);
  const count = async () => {
    const dryRun = await run({ filter, dryRun: true });
    if (dryRun) setCounted(dryRun.replayDeliveries);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted once, when it opens
  useEffect(() => void count(), []);
  const start = async () => {
    const started = await run({ filter, dryRun: false });
    if (started) setJobId(started.replayDeliveries.id);
  };
  return (
    <Modal opened onClose={onClose} title="Replay all that match" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <ProblemNotice problem={problem} />
        {jobId !== null && <ReplayProgress id={jobId} />}
        {jobId === null && counted !== null && (
          <>
            <Text size="sm">
              {shown(counted)} deliveries are sent again, under their own ids and in the order of each conversation.
            </Text>
            <Group justify="flex-end">
              <Button disabled={counted.total === 0} loading={running} onClick={() => void start()}>
                Replay {shown(counted)}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}

function ReplayProgress({ id }: { id: string }) {
  const { data, problem, refresh } = useData(JOB, { id });
  const cancel = useChange(CANCEL);
  const job = data?.replayJob;
  const isRunning = job?.status === 'RUNNING';
  // biome-ignore lint/correctness/useExhaustiveDependencies: `refresh` is a new function each time, and does the same
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(refresh, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  if (!job) return <ProblemNotice problem={problem} onRetry={refresh} />;
  const done = job.replayed + job.skipped;
  return (
    <Stack>
      <Progress value={job.total === 0 ? 100 : (100 * done) / job.total} aria-label="Replayed so far" />
      <Text size="sm" role="status">
        {OUTCOME[job.status]} {job.replayed.toLocaleString()} of {shown(job)} sent again, {job.skipped.toLocaleString()}{' '}
        skipped. {job.error}
      </Text>
      <ProblemNotice problem={cancel.problem} />
      {isRunning && (
        <Group justify="flex-end">
          <Button variant="default" loading={cancel.running} onClick={() => void cancel.run({ id }).then(refresh)}>
            Stop the replay
          </Button>
        </Group>
      )}
    </Stack>
  );
}

const OUTCOME = {
  RUNNING: 'It goes on, also when this window is closed.',
  DONE: 'Done.',
  CANCELED: 'Stopped.',
  FAILED: 'Failed.',
};
