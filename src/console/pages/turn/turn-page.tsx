import { Alert, Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link, useParams, useSearchParams } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { TurnQuery } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { Bubbles } from '../../parts/bubbles';
import { CodeBlock } from '../../parts/code-block';
import { CopyText } from '../../parts/copy-text';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { bubblesOf } from '../../parts/turn-bubbles';
import { Waiting } from '../../parts/waiting';
import { ReliveTurn } from './relive-turn';
import { RunAgain } from './run-again';
import { stepsOf } from './trace-steps';
import { TurnCallbacks } from './turn-callbacks';
import { Waterfall } from './waterfall';

const TURN = graphql(`
  query Turn($traceId: String!, $id: ID) {
    turn(traceId: $traceId, id: $id) {
      id
      at
      traceId
      status
      input
      replies
      durationMs
      error
      trace
      answeredBy
      recorded
      version {
        id
        number
      }
      conversation {
        id
        user
      }
      channel {
        id
        name
        bot {
          id
          name
          permissions
        }
      }
      deliveries {
        id
        status
        nextAttemptAt
        attempts {
          number
          startedAt
          durationMs
          statusCode
          error
        }
      }
    }
  }
`);

/** One turn: what came, what the bot made of it step by step, what it said, and what became of that. */
export function TurnPage() {
  const { traceId = '' } = useParams<{ traceId: string }>();
  const [params] = useSearchParams();
  const { data, problem, refresh } = useData(TURN, { traceId, id: params.get('turn') });
  if (!data)
    return <Page title="Turn">{problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />}</Page>;
  const { turn } = data;
  if (!turn)
    return (
      <Page title="Turn" path={[{ name: 'Conversations', to: '/conversations' }]}>
        <Nothing title="There is no such turn">
          No message you may read has the trace id {traceId}. It may have been removed since, as the account keeps
          messages for a limited time only.
        </Nothing>
      </Page>
    );
  return <Turn turn={turn} />;
}

type TurnDetails = NonNullable<TurnQuery['turn']>;

const STATES = {
  QUEUED: 'Waits for its turn',
  PAUSED: 'Under way',
  EXPIRED: 'Never ran: its caller was gone',
  DONE: '',
};

function Turn({ turn }: { turn: TurnDetails }) {
  const { channel, conversation, deliveries } = turn;
  const endMs = turn.durationMs ?? 0;
  const steps = stepsOf(turn.trace, endMs);
  const totalMs = Math.max(endMs, ...steps.map(({ start, durationMs }) => start + (durationMs ?? 0)));
  const path = [
    { name: 'Conversations', to: '/conversations' },
    { name: conversation.user, to: `/conversations/${encodeURIComponent(conversation.id)}` },
  ];
  return (
    <Page title="Turn" path={path} intro={<Facts turn={turn} />}>
      <Stack>
        {turn.error && (
          <Alert color="red" title="This turn failed" role="note">
            <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {turn.error}
            </Text>
          </Alert>
        )}
        {turn.answeredBy && <Text size="sm">This message was answered together with a later one.</Text>}
        <Section title="What was said">
          <Bubbles bubbles={bubblesOf(turn)} />
        </Section>
        <Section title="Step by step">
          {steps.length > 0 ? (
            <Waterfall
              steps={steps}
              totalMs={totalMs}
              {...(channel.bot.permissions.includes('bot.export') && { placePath: (place) => placePath(turn, place) })}
            />
          ) : (
            <NoSteps turn={turn} />
          )}
        </Section>
        {deliveries.length > 0 && (
          <Section title="Callbacks">
            <TurnCallbacks
              deliveries={deliveries}
              at={turn.at}
              deliveriesPath={`/bots/${channel.bot.id}/channels/${channel.id}/deliveries`}
            />
          </Section>
        )}
        {channel.bot.permissions.includes('turn.run-again') && turn.status === 'DONE' && (
          <Section title="The draft">
            <RunAgain turn={turn} />
          </Section>
        )}
        {turn.recorded && RELIVING.every((action) => channel.bot.permissions.includes(action)) && (
          <Section title="Run again step by step">
            <ReliveTurn turnId={turn.id} botId={channel.bot.id} served={turn.version?.number ?? null} />
          </Section>
        )}
        <Section title="Request">
          <CodeBlock label="What the caller sent" value={turn.input} what="request" />
        </Section>
      </Stack>
    </Page>
  );
}

/** What it takes to run a recorded turn again step by step. */
const RELIVING = ['turn.run-again', 'conversation.read-content'];

/** Where a node of the turn is drawn, with the way of the turn through its dialogs. */
function placePath({ id, traceId, version, channel }: TurnDetails, { dialog, node }: { dialog: string; node: string }) {
  const search = new URLSearchParams({ dialog, node, trace: traceId, turn: id });
  if (version) search.set('version', String(version.number));
  return `/bots/${channel.bot.id}/dialogs?${search}`;
}

function Facts({ turn }: { turn: TurnDetails }) {
  const { channel } = turn;
  return (
    <Group gap="xs" component="span">
      <Moment at={turn.at} />
      {typeof turn.durationMs === 'number' ? (
        <span>{turn.durationMs.toLocaleString()} ms</span>
      ) : (
        <span>{STATES[turn.status]}</span>
      )}
      <Anchor component={Link} href={`/bots/${channel.bot.id}`}>
        {channel.bot.name}
      </Anchor>
      <Anchor component={Link} href={`/bots/${channel.bot.id}/channels/${channel.id}`}>
        {channel.name}
      </Anchor>
      {turn.version && <span>Version {turn.version.number}</span>}
      <span style={{ overflowWrap: 'anywhere' }}>{turn.traceId}</span>
      <CopyText value={turn.traceId} what="trace id" />
    </Group>
  );
}

function NoSteps({ turn }: { turn: TurnDetails }) {
  const isHidden = typeof turn.input === 'object' && turn.input !== null && 'hidden' in turn.input;
  return (
    <Text size="sm" c="dimmed">
      {isHidden ? 'Shown to those who may read what people said.' : 'Nothing was recorded of this turn.'}
    </Text>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}
