import { Alert, Code, Group, Stack, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { CopyText } from '../../parts/copy-text';
import { SecretOnce } from '../../parts/secret-once';

/** What the last save of a channel told. */
export interface Saved {
  message: string;
  signingSecret: string | null;
}

const saves = new Map<string, Saved>();

/** Kept in memory over the change of page that follows the making of a channel. */
export const savedNotices = {
  get: (channelId: string): Saved | null => saves.get(channelId) ?? null,
  set: (channelId: string, saved: Saved): void => void saves.set(channelId, saved),
};

export function SavedNotice({ saved, webhookUrl }: { saved: Saved; webhookUrl: string | null }) {
  const notice = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: comes into sight with each save
  useEffect(() => {
    void notice.current?.scrollIntoView({ block: 'nearest' }); // newer browsers give a promise
  }, [saved]);
  return (
    <Stack ref={notice}>
      <Alert role="status" color="green" variant="outline" icon={<IconCheck aria-hidden />} title="Saved">
        <Stack gap="xs">
          <Text size="sm">{saved.message}</Text>
          {webhookUrl && (
            <Group gap="xs">
              <Code style={{ overflowWrap: 'anywhere' }}>{webhookUrl}</Code>
              <CopyText value={webhookUrl} what="URL" />
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
