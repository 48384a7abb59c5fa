import { channelState } from './callback-words';
import { StateBadge } from './state-badge';

/** Whether a channel works, and whether its callbacks arrive. */
export function ChannelState({ channel }: { channel: Parameters<typeof channelState>[0] }) {
  return <StateBadge label={channelState(channel)} />;
}
