import { PlusIcon } from '@heroicons/react/24/outline';
import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { SecretOnce } from '../../parts/secret-once';
import { Waiting } from '../../parts/waiting';
import { SubscriptionCard } from './subscription-card';
import { SubscriptionDialog } from './subscription-dialog';

const SUBSCRIPTIONS = graphql(`
  query AlertSubscriptions {
    alertSubscriptions {
      id
      name
      topics
      format
      target
      secretMarks
      enabled
      lastSentAt
      lastError
    }
  }
`);

export function AlertsPage() {
  const { data, problem, refresh } = useData(SUBSCRIPTIONS, {});
  const [creating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Page
      title="Alerts"
      intro="Who is told when something needs attention: by a signed webhook, in Slack or Teams, or by e-mail."
      actions={
        <Button leftSection={<PlusIcon width={16} aria-hidden />} onClick={() => setCreating(true)}>
          New subscription
        </Button>
      }
    >
      <ProblemNotice problem={problem} onRetry={refresh} />
      {!data && !problem && <Waiting />}
      <Stack>
        {secret && (
          <SecretOnce title="Signing secret of the subscription" values={[{ name: 'Signing secret', value: secret }]} />
        )}
        {data?.alertSubscriptions.length === 0 && (
          <Nothing title="Nobody is told of anything">
            A subscription sends alerts on the topics you choose to one address.
          </Nothing>
        )}
        {data?.alertSubscriptions.map((subscription) => (
          <SubscriptionCard key={subscription.id} subscription={subscription} onStale={refresh} />
        ))}
      </Stack>
      <SubscriptionDialog opened={creating} onClose={() => setCreating(false)} onSecret={setSecret} />
    </Page>
  );
}
