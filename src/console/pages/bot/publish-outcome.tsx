import { Alert, Button, Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { PublishBotMutation, VersionStatus } from '../../api/.generated/graphql';
import { useRights } from '../../api/use-viewer';

export type Sent = Pick<PublishBotMutation['publishBot'], 'number' | 'status'>;

const OUTCOMES: Partial<Record<VersionStatus, { title: string; text: string }>> = {
  AWAITING_APPROVAL: {
    title: 'was sent',
    text: 'It serves as soon as an admin approves it; until then nothing changes for users.',
  },
  CANARY: {
    title: 'was sent',
    text: 'It serves a share of the conversations. The versions of the bot show how it does.',
  },
};
const LIVE = { title: 'is live', text: 'It answers users from now on.' };

/** What became of a version that was sent, and where to go from here. */
export function PublishOutcome({ botId, sent: { number, status } }: { botId: string; sent: Sent }) {
  const { isAdmin } = useRights();
  const { title, text } = OUTCOMES[status] ?? LIVE;
  const waits = status === 'AWAITING_APPROVAL';
  const way = waits
    ? { to: '/approvals', name: isAdmin ? 'Review the request' : 'See the request' }
    : { to: `/bots/${botId}/playground`, name: 'Talk to the bot' };
  return (
    <Alert role="status" color="green" variant="outline" title={`Version ${number} ${title}`}>
      <Group justify="space-between">
        <Text size="sm">{text}</Text>
        <Button component={Link} href={way.to} size="xs" variant="default">
          {way.name}
        </Button>
      </Group>
    </Alert>
  );
}
