import { Anchor } from '@mantine/core';
import { Link } from 'wouter';
import { deadLetters } from './callback-words';

interface DeadLettersProps {
  botId: string;
  channel: { id: string; endpoint?: { dead: number } | null | undefined };
}

/** How many dead letters a channel has, with the way to them. Nothing when it has none. */
export function DeadLetters({ botId, channel }: DeadLettersProps) {
  const dead = channel.endpoint?.dead ?? 0;
  if (dead === 0) return null;
  return (
    <Anchor
      component={Link}
      href={`/bots/${botId}/channels/${channel.id}/deliveries?status=DEAD`}
      size="sm"
      underline="always"
    >
      {deadLetters(dead)}
    </Anchor>
  );
}
