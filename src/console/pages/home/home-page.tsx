import { Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { StateBadge } from '../../parts/state-badge';
import { Waiting } from '../../parts/waiting';
import { StartWithSample } from '../bots/start-with-sample';
import { AccountMatters } from './account-matters';
import { ChannelMatters } from './channel-matters';
import { type Attention, HOME } from './home-query';
import { Traffic } from './traffic';

/** What in the account needs the viewer, with the way to where it is mended. */
export function HomePage() {
  const { data, problem, refresh } = useData(HOME, {}, { watch: { topic: 'CONFIGURATION' } });
  return (
    <Page title="Home" intro="What needs you, in all bots of the account.">
      <ProblemNotice problem={problem} onRetry={refresh} />
      {!data && !problem && <Waiting />}
      {data?.bots.totalCount === 0 && <NoBots />}
      {data && data.bots.totalCount > 0 && (
        <>
          <Health channels={data.attention.channels} />
          {needsNobody(data.attention, data.approvalRequests.totalCount) && (
            <Paper withBorder>
              <Nothing title="Nothing needs you">No request waits, and nothing fails.</Nothing>
            </Paper>
          )}
          <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
            <AccountMatters attention={data.attention} requests={data.approvalRequests} />
            <ChannelMatters attention={data.attention} />
          </SimpleGrid>
          <Traffic traffic={data.attention.traffic} />
        </>
      )}
    </Page>
  );
}

function NoBots() {
  const { mayBuild } = useRights();
  return (
    <Paper withBorder>
      <Nothing title="No bots yet">
        <Stack align="center" gap="sm">
          <Text size="sm">
            {mayBuild
              ? 'Start with a sample that answers at once, or make a bot of your own under Bots.'
              : 'A developer of the account makes them.'}
          </Text>
          {mayBuild && <StartWithSample />}
        </Stack>
      </Nothing>
    </Paper>
  );
}

function Health({ channels }: { channels: Attention['channels'] }) {
  const states = [
    { count: channels.working, text: 'working', color: 'green' },
    { count: channels.callbacksFailing, text: 'with failing callbacks', color: 'red' },
    { count: channels.callbacksBlocked, text: 'with blocked callbacks', color: 'red' },
    { count: channels.hindered, text: 'not working', color: 'orange' },
    { count: channels.disabled, text: 'disabled', color: 'gray' },
  ];
  return (
    <Group gap="sm" role="group" aria-label="Channels by health">
      <Text fw={600}>Channels</Text>
      {states
        .filter(({ count }) => count > 0)
        .map(({ count, text, color }) => (
          <StateBadge key={text} label={{ text: `${count.toLocaleString()} ${text}`, color }} />
        ))}
      {states.every(({ count }) => count === 0) && <Text c="dimmed">None yet</Text>}
    </Group>
  );
}

const needsNobody = ({ channels, ...attention }: Attention, requests: number): boolean =>
  requests + channels.callbacksFailing + channels.callbacksBlocked + channels.hindered === 0 &&
  attention.deadLetterCount + attention.unfilledBotCount === 0 &&
  attention.failingBots.length + attention.ending.length === 0;
