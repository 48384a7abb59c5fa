import { BoltIcon, PlusIcon } from '@heroicons/react/24/outline';
import { Button, Group, Paper, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { Link } from 'wouter';
import { useRights } from '../../api/use-viewer';
import { Nothing } from '../../parts/nothing';
import { useBot } from './bot-context';
import { ChannelCard } from './channel-card';

/** The channels of the bot, and what it can have more of: the Webhook tile never goes away. */
export function ChannelsTab() {
  const bot = useBot();
  const { mayBuild } = useRights();
  return (
    <Stack gap="xl">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Configured channels
        </Title>
        {bot.channels.length === 0 && (
          <Nothing title="No channel yet">
            Add a webhook channel: it gives the bot a URL that outside systems talk to.
          </Nothing>
        )}
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          {bot.channels.map((channel) => (
            <ChannelCard key={channel.id} channel={channel} />
          ))}
        </SimpleGrid>
      </Stack>
      {mayBuild && (
        <Stack gap="sm">
          <Title order={2} size="h4">
            Available channels
          </Title>
          <Paper withBorder p="md" maw={460}>
            <Group justify="space-between" wrap="nowrap">
              <Group wrap="nowrap">
                <ThemeIcon size={40} variant="light">
                  <BoltIcon width={24} aria-hidden />
                </ThemeIcon>
                <div>
                  <Text fw={600}>Webhook</Text>
                  <Text size="sm" c="dimmed">
                    As many as there are systems to connect
                  </Text>
                </div>
              </Group>
              <Button
                component={Link}
                href={`/bots/${bot.id}/channels/new`}
                leftSection={<PlusIcon width={16} aria-hidden />}
                aria-label="Add Webhook channel"
                style={{ flexShrink: 0 }}
              >
                Add
              </Button>
            </Group>
          </Paper>
        </Stack>
      )}
    </Stack>
  );
}
