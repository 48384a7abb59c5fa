import { ChannelMetrics } from '../dashboard/channel-metrics';
import { DateRange } from '../dashboard/date-range';
import { useDateRange } from '../dashboard/use-date-range';
import { useChannel } from './channel-context';

export function MetricsTab() {
  const channel = useChannel();
  const range = useDateRange();
  return (
    <>
      <DateRange range={range} />
      <ChannelMetrics botId={channel.bot.id} channelIds={[channel.id]} range={range} />
    </>
  );
}
