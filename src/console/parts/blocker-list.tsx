import { InformationCircleIcon } from '@heroicons/react/24/outline';
import { Alert, Group, Stack, Text } from '@mantine/core';
import type { BotState, ChannelBlocker } from '../api/.generated/graphql';
import { type BlockedBot, BlockerRemedy, type BlockerRemedyProps } from './blocker-remedy';
import { BLOCKERS } from './words';

interface BlockerListProps {
  bot: BlockedBot;
  channel: BlockerRemedyProps['channel'] & { blockers: ChannelBlocker[]; suspendedReason?: string | null | undefined };
  /** Why an admin rejected the channel, where that is not said beside it. */
  rejectedReason?: string | null | undefined;
}

/** Why the hook refuses messages, each reason with the button that removes it. Nothing when it works. */
export function BlockerList({ bot, channel, rejectedReason }: BlockerListProps) {
  if (channel.blockers.length === 0) return null;
  return (
    <Alert
      variant="outline"
      color="orange"
      icon={<InformationCircleIcon width={24} aria-hidden />}
      title="Not working yet"
    >
      <Stack gap="xs">
        {channel.blockers.map((blocker) => (
          <Group key={blocker} justify="space-between" gap="xs">
            <Text size="sm" style={{ flex: '1 1 220px' }}>
              {inWords(blocker, bot.state, blocker === 'REJECTED' ? rejectedReason : channel.suspendedReason)}
            </Text>
            <BlockerRemedy blocker={blocker} bot={bot} channel={channel} />
          </Group>
        ))}
      </Stack>
    </Alert>
  );
}

function inWords(blocker: ChannelBlocker, state: BotState, reason: string | null | undefined): string {
  if (blocker === 'BOT_NOT_PUBLISHED' && state === 'AWAITING_APPROVAL') {
    return "The bot's first version waits for the approval of an admin.";
  }
  if ((blocker === 'SUSPENDED' || blocker === 'REJECTED') && reason) return `${BLOCKERS[blocker]} Reason: ${reason}`;
  return BLOCKERS[blocker];
}
