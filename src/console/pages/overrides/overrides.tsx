import { useState } from 'react';
import { useBot } from '../bot/bot-context';
import { MessageList } from './message-list';
import { OverrideScope } from './override-scope';

/** The overrides of a bot: which channel is picked in the drop-down. */
export function BotOverrides() {
  const bot = useBot();
  const [channelId, setChannelId] = useState<string | null>(bot.channels[0]?.id ?? null);
  const channel = bot.channels.find(({ id }) => id === channelId) ?? null;
  return (
    <>
      <OverrideScope channels={bot.channels} value={channelId} onChange={setChannelId} />
      <MessageList
        key={channelId}
        bot={bot}
        scope={
          channel ? { channelId: channel.id, name: channel.name } : { channelId: null, name: 'All webhook channels' }
        }
      />
    </>
  );
}
