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

interface BlockerRemedyProps {
  blocker: ChannelBlocker;
  bot: { id: string; state: BotState };
  channelId: string;
}

/** The button that removes a blocker, for whoever may press it. */
export function BlockerRemedy({ blocker, bot, channelId }: BlockerRemedyProps) {
  const { mayBuild, isAdmin } = useRights();
  const enable = useChange(ENABLE);
  const resumeChannel = useChange(RESUME_CHANNEL);
  const resumeBot = useChange(RESUME_BOT);
  if (!mayBuild) return null;

  const configuration = `/bots/${bot.id}/channels/${channelId}`;
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
      return link(isAdmin ? 'Review the channel' : 'See the request', '/approvals');
    case 'NOT_ENABLED':
      return action('Enable', enable, () => {
        void enable.run({ id: channelId }).then((done) => done && told(done.updateWebhookChannel.message));
      });
    case 'BOT_NOT_PUBLISHED':
      if (bot.state === 'AWAITING_APPROVAL')
        return link(isAdmin ? 'Review the version' : 'See the request', '/approvals');
      return link('Publish', `/bots/${bot.id}/publish`);
    case 'NOT_IN_LIVE_VERSION':
      return link('Publish', `/bots/${bot.id}/publish`);
    case 'SUSPENDED':
      return isAdmin ? action('Resume', resumeChannel, () => void resumeChannel.run({ id: channelId })) : null;
    case 'BOT_SUSPENDED':
      return isAdmin ? action('Resume the bot', resumeBot, () => void resumeBot.run({ id: bot.id })) : null;
    default:
      return blocker satisfies never;
  }
}
