import { Stack, Text, Title } from '@mantine/core';
import { CodeBlock } from '../../parts/code-block';
import type { ChannelDetails } from './channel-query';

export function ChannelUrls({ channel }: { channel: ChannelDetails }) {
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        Webhook URL
      </Title>
      {channel.webhookUrl ? (
        <>
          <CodeBlock label="Version 1" value={channel.webhookUrl} what="URL" />
          {channel.webhookUrlV2 && <CodeBlock label="Version 2" value={channel.webhookUrlV2} what="V2 URL" />}
          <Text size="sm" c="dimmed">
            Both work; the caller picks. Payload formats shows what to send.
          </Text>
        </>
      ) : (
        <Text size="sm" c="dimmed">
          It appears here once the channel is enabled and saved.
        </Text>
      )}
    </Stack>
  );
}
