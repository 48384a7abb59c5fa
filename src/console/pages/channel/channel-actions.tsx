import { ChatBubbleOvalLeftIcon } from '@heroicons/react/24/outline';
import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { useRights } from '../../api/use-viewer';
import { useChannel } from './channel-context';

/** The way to the playground. */
export function ChannelActions() {
  const { id, bot } = useChannel();
  const { mayBuild } = useRights();
  if (!mayBuild) return null;
  return (
    <Button
      component={Link}
      href={`/bots/${bot.id}/playground?channel=${id}`}
      variant="default"
      leftSection={<ChatBubbleOvalLeftIcon width={16} aria-hidden />}
    >
      Talk to the bot
    </Button>
  );
}
