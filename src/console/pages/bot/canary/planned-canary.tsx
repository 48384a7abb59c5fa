import { Alert } from '@mantine/core';
import type { ApprovalRequestQuery } from '../../../api/.generated/graphql';
import { percent, ruleInWords } from './canary-words';

type Plan = NonNullable<NonNullable<ApprovalRequestQuery['approvalRequest']>['canary']>;

/** What an approver of a canary approves. */
export function PlannedCanary({ plan: { share, channelIds, rule } }: { plan: Plan }) {
  const where = channelIds ? ` on ${channelIds.length} channel${channelIds.length === 1 ? '' : 's'}` : '';
  return (
    <Alert color="blue" variant="outline" title={`It serves ${percent(share)} of the conversations first`}>
      It does so{where || ' on all channels that both versions serve'}; the live version answers the others.{' '}
      {ruleInWords(rule)}
    </Alert>
  );
}
