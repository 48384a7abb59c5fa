import { Button, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../api/.generated/gql';
import type { BotState, ChannelBlocker } from '../api/.generated/graphql';
import { useChange } from '../api/use-change';
import { useRights } from '../api/use-viewer';
import { told } from './told';

const ENABLE = graphql(`
  mutation EnableChannel($id: ID!) {
    updateWebhookChannel(input: { id: $id, enabled: true }) {
      message
    }
  }
`);

const RESUME_CHANNEL = graphql(`
  mutation ResumeBlockedChannel($id: ID!) {
    resumeWebhookChannel(id: $id) {
      id
    }
  }
`);

const RESUME_BOT = graphql(`
  mutation ResumeBlockedBot($id: ID!) {
    resumeBot(botId: $id) {
      id
    }
  }
`);

export interface BlockerRemedyProps {
  blocker: ChannelBlocker;
  bot: BlockedBot;
  channel: { id: string; pendingRequest?: Waiting | null | undefined };
}

/** The bot of a channel that does not work, with the publish of it that waits for a decision. */
export interface BlockedBot {
  id: string;
  state: BotState;
  pendingRequest?: Waiting | null | undefined;
}

interface Waiting {
  id: string;
}

/** The button that removes a blocker, for whoever may press it. */
export function BlockerRemedy({ blocker, bot, channel }: BlockerRemedyProps) {
  const { mayBuild, isAdmin } = useRights();
  const enable = useChange(ENABLE);
  const resumeChannel = useChange(RESUME_CHANNEL);
  const resumeBot = useChange(RESUME_BOT);
  if (!mayBuild) return null;

  const configuration = `/bots/${bot.id}/channels/${channel.id}`;
  const request = (of: Waiting | null | undefined) => (of ? `/approvals/${of.id}` : '/approvals');
  const link = (name: string, to: string) => (
    <Button component={Link} href={to} size="xs" variant="default">
      {name}
    </Button>
  );
  const action = (
    name: string,
    change: { running: boolean; problem: { message: string } | null },
    press: () => void,
  ) => (
    <>
      <Button size="xs" variant="default" loading={change.running} onClick={press}>
        {name}
      </Button>
      {change.problem && (
        <Text size="sm" c="red" role="alert" w="100%">
          {change.problem.message}
        </Text>
      )}
    </>
  );

  switch (blocker) {
    case 'NO_APP':
      return link('Associate an app', configuration);
    case 'NO_POST_URL':
      return link('Set the POST URL', configuration);
    case 'REJECTED':
      return link('Change the configuration', configuration);
    case 'AWAITING_APPROVAL':
      return link(isAdmin ? 'Review the channel' : 'See the request', request(channel.pendingRequest));
    case 'NOT_ENABLED':
      return action('Enable', enable, () => {
        void enable.run({ id: channel.id }).then((done) => done && told(done.updateWebhookChannel.message));
      });
    case 'BOT_NOT_PUBLISHED':
      if (bot.state === 'AWAITING_APPROVAL')
        return link(isAdmin ? 'Review the version' : 'See the request', request(bot.pendingRequest));
      return link('Publish', `/bots/${bot.id}/publish`);
    case 'NOT_IN_LIVE_VERSION':
      return link('Publish', `/bots/${bot.id}/publish`);
    case 'SUSPENDED':
      return isAdmin ? action('Resume', resumeChannel, () => void resumeChannel.run({ id: channel.id })) : null;
    case 'BOT_SUSPENDED':
      return isAdmin ? action('Resume the bot', resumeBot, () => void resumeBot.run({ id: bot.id })) : null;
    default:
      return blocker satisfies never;
  }
}
