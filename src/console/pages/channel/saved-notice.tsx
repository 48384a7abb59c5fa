import { CheckIcon } from '@heroicons/react/24/outline';
import { Alert, Code, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ChannelBlocker } from '../../api/.generated/graphql';
import { BlockerRemedy } from '../../parts/blocker-remedy';
import { CopyText } from '../../parts/copy-text';
import { SecretOnce } from '../../parts/secret-once';
import type { ChannelDetails } from './channel-query';

/** What the last save of a channel told. */
export interface Saved {
  message: string;
  signingSecret: string | null;
}

/** What is done next, elsewhere. What waits for an admin is said above, with the way to it. */
const NEXT: ChannelBlocker[] = ['BOT_NOT_PUBLISHED', 'NOT_IN_LIVE_VERSION'];

const saves = new Map<string, Saved>();

/** Kept in memory over the change of page that follows the making of a channel. */
export const savedNotices = {
  get: (channelId: string): Saved | null => saves.get(channelId) ?? null,
  set: (channelId: string, saved: Saved): void => void saves.set(channelId, saved),
};

/** What the save brought about, and what is still to be done: here is where whoever saved looks. */
export function SavedNotice({ saved, channel }: { saved: Saved; channel: ChannelDetails }) {
  const { webhookUrl, blockers, bot } = channel;
  const next = NEXT.filter((blocker) => blockers.includes(blocker));
  const notice = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: comes into sight with each save
  useEffect(() => {
    void notice.current?.scrollIntoView({ block: 'nearest' }); // newer browsers give a promise
  }, [saved]);
  return (
    <Stack ref={notice}>
      <Alert role="status" color="green" variant="outline" icon={<CheckIcon width={24} aria-hidden />} title="Saved">
        <Stack gap="xs">
          <Text size="sm">{saved.message}</Text>
          {webhookUrl && (
            <Group gap="xs">
              <Code style={{ overflowWrap: 'anywhere' }}>{webhookUrl}</Code>
              <CopyText value={webhookUrl} what="URL" />
            </Group>
          )}
          {next.length > 0 && (
            <Group gap="xs">
              <Text size="sm">Next:</Text>
              {next.map((blocker) => (
                <BlockerRemedy key={blocker} blocker={blocker} bot={bot} channel={channel} />
              ))}
            </Group>
          )}
        </Stack>
      </Alert>
      {saved.signingSecret && (
        <SecretOnce
          title="Signing secret of the callbacks"
          values={[{ name: 'Signing secret', value: saved.signingSecret }]}
        />
      )}
    </Stack>
  );
}
