import { Anchor, Badge, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { BlockerList } from '../../parts/blocker-list';
import { CallbackTrouble } from '../../parts/callback-trouble';
import { ChannelState } from '../../parts/channel-state';
import { useBot } from './bot-context';
import type { BotChannel } from './bot-query';

/** A channel at a glance: whether it works, and if not, why. */
export function ChannelCard({ channel }: { channel: BotChannel }) {
  const bot = useBot();
  return (
    <Paper withBorder p="md" component="article" aria-label={`Channel ${channel.name}`}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="xs">
            <Anchor component={Link} href={`/bots/${bot.id}/channels/${channel.id}`} fw={600}>
              {channel.name}
            </Anchor>
            <Badge variant="default">{channel.type}</Badge>
            <Badge variant="default">{channel.mode === 'ASYNC' ? 'asynchronous' : 'synchronous'}</Badge>
          </Group>
          <ChannelState channel={channel} />
        </Group>
        <Text size="sm" c="dimmed">
          {channel.app ? `App: ${channel.app.name}` : 'No app associated'}
        </Text>
        {channel.webhookUrl && <Code style={{ overflowWrap: 'anywhere' }}>{channel.webhookUrl}</Code>}
        <CallbackTrouble botId={bot.id} channel={channel} />
        <BlockerList bot={bot} channel={channel} rejectedReason={channel.rejection?.reason} />
      </Stack>
    </Paper>
  );
}
