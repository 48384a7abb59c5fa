import { Button, Group, MultiSelect, Stack } from '@mantine/core';
import { BotSelect } from '../../parts/bot-select';
import { useChannelChoices } from '../../parts/channel-choices';
import { Page } from '../../parts/page';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { BotMetrics } from './bot-metrics';
import { ChannelMetrics } from './channel-metrics';
import { DateRange } from './date-range';
import { useDateRange } from './use-date-range';

/** The figures of all bots, or of the channels of one; what is picked stands in the address. */
export function DashboardPage() {
  const { text, set } = useFieldsInAddress(['bot', 'channels']);
  const botId = text.bot ?? null;
  const channelIds = text.channels?.split(',') ?? [];
  const channels = useChannelChoices(botId);
  const range = useDateRange();
  return (
    <Page title="Dashboard" intro="How much the bots are used, over which channels, and how well it goes.">
      <Stack>
        <Group align="end">
          <BotSelect placeholder="All bots" value={botId} onChange={(id) => set({ bot: id ?? '', channels: '' })} />
          {botId !== null && (
            <>
              <Button variant="default" onClick={() => set({ bot: '', channels: '' })}>
                All bots
              </Button>
              <MultiSelect
                label="Channels"
                placeholder={channelIds.length === 0 ? 'All channels' : ''}
                data={channels}
                value={channelIds}
                onChange={(ids) => set({ channels: ids.join(',') })}
                clearable
                clearButtonProps={{ 'aria-label': 'All channels' }}
                miw={260}
              />
            </>
          )}
          <DateRange range={range} />
        </Group>
        {botId === null ? (
          <BotMetrics range={range} />
        ) : (
          <ChannelMetrics botId={botId} channelIds={channelIds.length > 0 ? channelIds : null} range={range} />
        )}
      </Stack>
    </Page>
  );
}
