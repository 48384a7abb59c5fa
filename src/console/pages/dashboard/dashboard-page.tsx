import { Group, MultiSelect, Stack } from '@mantine/core';
import { useState } from 'react';
import { BotSelect } from '../../parts/bot-select';
import { useChannelChoices } from '../../parts/channel-choices';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ChannelMetrics } from './channel-metrics';
import { DateRange } from './date-range';
import { useDateRange } from './use-date-range';

export function DashboardPage() {
  const [botId, setBotId] = useState<string | null>(null);
  const [channelIds, setChannelIds] = useState<string[]>([]);
  const channels = useChannelChoices(botId);
  const range = useDateRange();
  return (
    <Page title="Dashboard" intro="How much the bots are used, over which channels, and how well it goes.">
      <Stack>
        <Group align="end">
          <BotSelect
            pickFirst
            value={botId}
            onChange={(id) => {
              setBotId(id);
              setChannelIds([]);
            }}
          />
          <MultiSelect
            label="Channels"
            placeholder={channelIds.length === 0 ? 'All channels' : ''}
            data={channels}
            value={channelIds}
            onChange={setChannelIds}
            clearable
            clearButtonProps={{ 'aria-label': 'All channels' }}
            miw={260}
          />
          <DateRange range={range} />
        </Group>
        {botId === null ? (
          <Nothing title="Pick a bot to see its figures" />
        ) : (
          <ChannelMetrics botId={botId} channelIds={channelIds.length > 0 ? channelIds : null} range={range} />
        )}
      </Stack>
    </Page>
  );
}
