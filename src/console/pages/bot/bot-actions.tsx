import { ChatBubbleOvalLeftIcon, RocketLaunchIcon } from '@heroicons/react/24/outline';
import { Button } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { useRights } from '../../api/use-viewer';
import { useBot } from './bot-context';

export function BotActions() {
  const bot = useBot();
  const { mayBuild } = useRights();
  const [location] = useLocation();
  const publishable = bot.channels.some((channel) => channel.enabled);
  if (!mayBuild) return null;
  return (
    <>
      <Button
        component={Link}
        href={`/bots/${bot.id}/playground`}
        variant="default"
        leftSection={<ChatBubbleOvalLeftIcon width={16} aria-hidden />}
      >
        Playground
      </Button>
      {publishable && !location.endsWith('/publish') && (
        <Button
          component={Link}
          href={`/bots/${bot.id}/publish`}
          leftSection={<RocketLaunchIcon width={16} aria-hidden />}
        >
          Publish
        </Button>
      )}
    </>
  );
}
