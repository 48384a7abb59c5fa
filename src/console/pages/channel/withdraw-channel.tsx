import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { marksIn } from '../../api/secret-marks';
import { useChange } from '../../api/use-change';
import { useRights } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { HistoryLink } from '../../parts/history-link';
import { ProblemNotice } from '../../parts/problem-notice';
import { SecretOnce } from '../../parts/secret-once';
import { told } from '../../parts/told';
import type { ChannelDetails } from './channel-query';

const SUSPEND = graphql(`
  mutation SuspendChannel($id: ID!, $reason: String!) {
    suspendWebhookChannel(id: $id, reason: $reason) {
      id
    }
  }
`);

const RESUME = graphql(`
  mutation ResumeChannel($id: ID!) {
    resumeWebhookChannel(id: $id) {
      id
    }
  }
`);

const ROTATE = graphql(`
  mutation RotateSigningSecret($id: ID!, $expected: String) {
    rotateSigningSecret(channelId: $id, expected: $expected) {
      signingSecret
      message
    }
  }
`);

const DELETE = graphql(`
  mutation DeleteChannel($id: ID!) {
    deleteWebhookChannel(id: $id)
  }
`);

/** What acts at once on a channel: new signing secret, off line, away. */
export function WithdrawChannel({ channel }: { channel: ChannelDetails }) {
  const { isAdmin } = useRights();
  const [, navigate] = useLocation();
  const suspend = useChange(SUSPEND);
  const resume = useChange(RESUME);
  const rotate = useChange(ROTATE);
  const remove = useChange(DELETE);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        Without approval
      </Title>
      <Text size="sm" c="dimmed">
        These need no approval and no publish.
      </Text>
      {secret && <SecretOnce title="New signing secret" values={[{ name: 'Signing secret', value: secret }]} />}
      <ProblemNotice problem={resume.problem} />
      <Group gap="xs">
        {channel.mode === 'ASYNC' && (
          <ConfirmButton
            action="Rotate signing secret"
            consequence="Callbacks are signed with the new secret and, for a day, with the old one too."
            problem={rotate.problem}
            onConfirm={async () => {
              const done = await rotate.run({ id: channel.id, expected: marksIn(channel).signingSecret ?? null });
              setSecret(done?.rotateSigningSecret.signingSecret ?? null);
              return Boolean(done);
            }}
          />
        )}
        {isAdmin && channel.status !== 'SUSPENDED' && (
          <ConfirmButton
            action="Suspend channel"
            consequence="The hook refuses messages, and callbacks wait, until the channel is resumed."
            reason="Reason"
            reasonRequired
            problem={suspend.problem}
            onConfirm={async (reason) => Boolean(await suspend.run({ id: channel.id, reason }))}
          />
        )}
        {isAdmin && channel.status === 'SUSPENDED' && (
          <Button variant="default" loading={resume.running} onClick={() => void resume.run({ id: channel.id })}>
            Resume channel
          </Button>
        )}
        <ConfirmButton
          action="Delete channel"
          color="red"
          variant="outline"
          consequence="Its URL stops working for good, and what waits to be delivered is given up."
          problem={remove.problem}
          onConfirm={async () => {
            if (!(await remove.run({ id: channel.id }))) return false;
            told(`The channel “${channel.name}” was deleted.`);
            navigate(`/bots/${channel.bot.id}`);
            return true;
          }}
        />
      </Group>
      <HistoryLink of={channel.id} />
    </Stack>
  );
}
