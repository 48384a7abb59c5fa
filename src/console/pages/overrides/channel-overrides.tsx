import { useChannel } from '../channel/channel-context';
import { MessageList } from './message-list';

/** What this one channel says instead. */
export function ChannelOverrides() {
  const channel = useChannel();
  return <MessageList bot={channel.bot} scope={channel} />;
}
