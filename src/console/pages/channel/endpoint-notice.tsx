import { ExclamationTriangleIcon } from '@heroicons/react/24/outline';
import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useRights } from '../../api/use-viewer';
import { counted, isFailing } from '../../parts/callback-words';
import { DeadLetters } from '../../parts/dead-letters';
import { ProblemNotice } from '../../parts/problem-notice';
import { shortTime } from '../../parts/short-time';
import { told } from '../../parts/told';
import type { ChannelDetails } from './channel-query';

const TRY_NOW = graphql(`
  mutation TryEndpointNow($id: ID!) {
    tryEndpointNow(channelId: $id) {
      id
    }
  }
`);

/** That the callbacks of the channel fail, what waits for them, and the button that tries at once. */
export function EndpointNotice({ channel }: { channel: ChannelDetails }) {
  const { mayBuild } = useRights();
  const tryNow = useChange(TRY_NOW);
  const { endpoint } = channel;
  if (!endpoint || (!isFailing(endpoint) && endpoint.dead === 0 && !endpoint.pausedAt)) return null;
  const press = async () => {
    if (await tryNow.run({ id: channel.id })) told('The endpoint is tried now.');
  };
  const isPaused = Boolean(endpoint.pausedAt);
  return (
    <Alert
      variant="outline"
      color="red"
      icon={<ExclamationTriangleIcon width={24} aria-hidden />}
      title={
        isPaused ? 'Its endpoint is paused' : isFailing(endpoint) ? 'Its callbacks fail' : 'Callbacks were given up'
      }
    >
      <Stack gap="xs">
        {isPaused && (
          <Text size="sm">
            {endpoint.pausedBy} paused it; {counted(endpoint.pending, 'message waits', 'messages wait')}.{' '}
            <Anchor component={Link} href="/deliveries/endpoints">
              To the endpoints
            </Anchor>
          </Text>
        )}
        {isFailing(endpoint) && <Text size="sm">{inWords(endpoint)}</Text>}
        <Group justify="space-between" gap="xs">
          <DeadLetters botId={channel.bot.id} channel={channel} />
          {mayBuild && isFailing(endpoint) && (
            <Button size="xs" variant="default" loading={tryNow.running} onClick={() => void press()}>
              Try now
            </Button>
          )}
        </Group>
        <ProblemNotice problem={tryNow.problem} />
      </Stack>
    </Alert>
  );
}

function inWords(endpoint: NonNullable<ChannelDetails['endpoint']>): string {
  const { state, since, lastError, lastSuccessAt, blockedUntil, pending, oldestPendingAt } = endpoint;
  const isResting = blockedUntil && new Date(blockedUntil) > new Date();
  const rest = isResting ? `It is tried again at ${shortTime(blockedUntil)}.` : 'It is tried again until it answers.';
  return [
    since ? `Since ${shortTime(since)}.` : null,
    lastError ? `The last failure: ${lastError}.`.replace(/\.\.$/, '.') : null,
    lastSuccessAt ? `The last success was at ${shortTime(lastSuccessAt)}.` : 'No callback has succeeded yet.',
    state === 'BLOCKED' ? rest : null,
    pending > 0 ? `${counted(pending, 'message waits', 'messages wait')}${oldest(oldestPendingAt)}.` : null,
  ]
    .filter((sentence) => sentence !== null)
    .join(' ');
}

const oldest = (at: string | null | undefined): string => (at ? `, the oldest since ${shortTime(at)}` : '');
