import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { ProblemNotice } from '../../parts/problem-notice';

const ERASURE = graphql(`
  query Erasure($id: ID!) {
    erasureJob(id: $id) {
      id
      status
      conversations
      turns
      deliveries
      attachments
    }
  }
`);

/** Milliseconds between two looks at an erasure that is under way. */
const LOOK_EVERY_MS = 1_000;

/** How far an erasure has got. */
export function ErasureProgress({ id }: { id: string }) {
  const { data, problem, refresh } = useData(ERASURE, { id });
  const job = data?.erasureJob;
  const isRunning = job?.status === 'RUNNING';
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(refresh, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isRunning, refresh]);
  if (!job) return <ProblemNotice problem={problem} onRetry={refresh} />;
  const removed = `${job.conversations} conversations, ${job.turns} messages, ${job.deliveries} deliveries and ${job.attachments} attachments`;
  return (
    <Text role="status">
      {isRunning && `Erasing: ${removed} so far.`}
      {job.status === 'DONE' && `Erased: ${removed}.`}
      {job.status === 'FAILED' && 'The erasure failed; the log of the server says why. Erase the user again.'}
    </Text>
  );
}
