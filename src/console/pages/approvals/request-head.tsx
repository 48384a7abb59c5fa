import { Anchor, Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { ApprovalKind, ApprovalStatus } from '../../api/.generated/graphql';
import { Moment } from '../../parts/moment';
import { StateBadge } from '../../parts/state-badge';
import type { Label } from '../../parts/words';
import type { RequestNode } from './decision';

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

/** "New channel Kiosk of Concierge", "Version 4 of Concierge, back to version 1" */
export function titleOf({ kind, bot, channel, version }: RequestNode): string {
  const title = `${KINDS[kind]} ${channel?.name ?? version?.number ?? ''} of ${bot.name}`;
  return version?.rollbackOf ? `${title}, back to version ${version.rollbackOf}` : title; // versions count from 1
}

/** Where a request stands, who asked and who decided, and what they said. */
export function RequestHead({ request }: { request: RequestNode }) {
  const { bot, version } = request;
  return (
    <>
      <Group gap="xs">
        <StateBadge label={STATES[request.status]} />
        <Text size="sm" c="dimmed">
          For{' '}
          <Anchor component={Link} href={`/bots/${bot.id}`} size="sm" underline="always">
            {bot.name}
          </Anchor>
          , asked for {request.requestedBy && `by ${request.requestedBy.name} `}
          <Moment at={request.createdAt} />
          {request.decidedAt && (
            <>
              {' · decided by '}
              {request.decidedBy?.name ?? 'the settings of the account'} <Moment at={request.decidedAt} />
            </>
          )}
        </Text>
      </Group>
      {version?.comment && <Text size="sm">“{version.comment}”</Text>}
      {request.reason && <Text size="sm">Reason: {request.reason}</Text>}
    </>
  );
}
