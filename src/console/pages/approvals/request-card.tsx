import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import type { ApprovalKind, ApprovalStatus } from '../../api/.generated/graphql';
import { BotPermissionsProvider } from '../../api/use-viewer';
import { ChangesView } from '../../parts/changes-view';
import { Moment } from '../../parts/moment';
import { StateBadge } from '../../parts/state-badge';
import type { Label } from '../../parts/words';
import { Decision, type RequestNode } from './decision';

const KINDS: Record<ApprovalKind, string> = {
  CHANNEL: 'New channel',
  CHANNEL_UPGRADE: 'Changed channel',
  PUBLISH: 'Version',
};

const STATES: Record<ApprovalStatus, Label> = {
  PENDING: { text: 'Pending', color: 'yellow' },
  APPROVED: { text: 'Approved', color: 'green' },
  REJECTED: { text: 'Rejected', color: 'red' },
  WITHDRAWN: { text: 'Withdrawn', color: 'gray' },
};

/** What is asked for, by whom, what it changes, and the decision. */
export function RequestCard({ request }: { request: RequestNode }) {
  const { kind, bot, channel, version } = request;
  const subject = channel?.name ?? (version ? `${version.number}` : '');
  const title = `${KINDS[kind]} ${subject} of ${bot.name}`;
  return (
    <Paper withBorder p="md" component="article" aria-label={title}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {KINDS[kind]} <em>{subject}</em> of{' '}
            <Anchor component={Link} href={`/bots/${bot.id}`} fw={650} underline="always">
              {bot.name}
            </Anchor>
          </Title>
          <StateBadge label={STATES[request.status]} />
        </Group>
        <Text size="sm" c="dimmed">
          Asked for {request.requestedBy && `by ${request.requestedBy.name} `} <Moment at={request.createdAt} />
          {request.decidedAt && (
            <>
              {' · decided by '}
              {request.decidedBy?.name ?? 'the settings of the account'} <Moment at={request.decidedAt} />
            </>
          )}
        </Text>
        {version?.comment && <Text size="sm">“{version.comment}”</Text>}
        <ChangesView changes={request.changes} />
        {request.reason && <Text size="sm">Reason: {request.reason}</Text>}
        {request.status === 'PENDING' && (
          <BotPermissionsProvider value={bot.permissions}>
            <Decision request={request} title={title} />
          </BotPermissionsProvider>
        )}
      </Stack>
    </Paper>
  );
}
