import { useState } from 'react';
import { useBot } from '../bot/bot-context';
import { MessageList } from './message-list';
import { scopesOf } from './override';
import { OverrideScope } from './override-scope';

/** The overrides of a bot: for whom is picked in the drop-down. */
export function BotOverrides() {
  const bot = useBot();
  const scopes = scopesOf(bot.channels);
  const [picked, setPicked] = useState(scopes[0]?.id);
  const scope = scopes.find(({ id }) => id === picked) ?? scopes.at(-1);
  if (!scope) return null; // there is always that of all channels
  return (
    <>
      <OverrideScope scopes={scopes} value={scope.id} onChange={setPicked} />
      <MessageList key={scope.id} bot={bot} scope={scope} />
    </>
  );
}
