import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { counted, deadLetters, type EndpointGlance, isFailing } from './callback-words';
import { DeadLetters } from './dead-letters';

interface CallbackSummaryProps {
  bot: { id: string; channels: { id: string; endpoint?: EndpointGlance | null | undefined }[] };
}

/** How many channels of a bot have callbacks that fail, and how many dead letters there are. Nothing when all is well. */
export function CallbackSummary({ bot }: CallbackSummaryProps) {
  const failing = bot.channels.filter(({ endpoint }) => isFailing(endpoint)).length;
  const withDead = bot.channels.filter(({ endpoint }) => (endpoint?.dead ?? 0) > 0);
  const [first] = withDead;
  return (
    <>
      {failing > 0 && (
        <Text span size="sm" c="red">
          {counted(failing, 'channel', 'channels')} with failing callbacks
        </Text>
      )}
      {first && withDead.length === 1 && <DeadLetters botId={bot.id} channel={first} />}
      {withDead.length > 1 && (
        <Anchor component={Link} href={`/bots/${bot.id}`} size="sm" underline="always">
          {deadLetters(withDead.reduce((sum, { endpoint }) => sum + (endpoint?.dead ?? 0), 0))}
        </Anchor>
      )}
    </>
  );
}
