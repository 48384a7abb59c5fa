import { Anchor, Grid, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { useRights } from '../../api/use-viewer';
import { useChannel } from './channel-context';
import { ChannelForm } from './channel-form';
import { ChannelUrls } from './channel-urls';
import { SavedNotice, savedNotices } from './saved-notice';
import { ServingNotice } from './serving-notice';
import { WithdrawChannel } from './withdraw-channel';

export function ConfigurationTab() {
  const channel = useChannel();
  const { mayBuild } = useRights();
  const [, redraw] = useState(0);
  const saved = savedNotices.get(channel.id);
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack>
          {channel.inheritedFrom && (
            <Text size="sm" c="dimmed">
              Inherited from “{channel.inheritedFrom.name}” of{' '}
              <Anchor component={Link} href={`/bots/${channel.inheritedFrom.bot.id}`} size="sm" underline="always">
                {channel.inheritedFrom.bot.name}
              </Anchor>
              ; its app and secrets are its own.
            </Text>
          )}
          <ServingNotice channel={channel} />
          <ChannelForm botId={channel.bot.id} channel={channel} onSaved={() => redraw((count) => count + 1)} />
          {saved && <SavedNotice saved={saved} channel={channel} />}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack>
          <Paper withBorder p="md">
            <ChannelUrls channel={channel} />
          </Paper>
          {mayBuild && (
            <Paper withBorder p="md">
              <WithdrawChannel channel={channel} />
            </Paper>
          )}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
