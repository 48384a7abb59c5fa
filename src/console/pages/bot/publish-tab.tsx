import { Button, Checkbox, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useData } from '../../api/use-data';
import { useDraft } from '../../api/use-draft';
import { useRights } from '../../api/use-viewer';
import { failureOf } from '../../parts/callback-words';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
import { countOf } from '../../parts/review/problem-list';
import { Waiting } from '../../parts/waiting';
import { useBot } from './bot-context';
import type { BotChannel } from './bot-query';
import { CanaryFields, canaryOf, NO_CANARY } from './canary/canary-fields';
import { type Evidence, PublishEvidence } from './publish-evidence';
import { PublishOutcome, type Sent } from './publish-outcome';
import { usePublish } from './use-publish';

const BotReview = lazy(async () => ({ default: (await import('../../parts/review/bot-review')).BotReview }));

/** Whether who publishes may decide alone, what is broken in the bot as edited, and which channels wait. */
const GATE = graphql(`
  query PublishGate($id: ID!) {
    accountSettings {
      fourEyes
    }
    bot(id: $id) {
      id
      problems {
        severity
      }
      channels {
        id
        name
        pendingRequest {
          id
        }
      }
    }
  }
`);

/** Which channels the next version serves, what that changes, and a word to the admin. */
export function PublishTab() {
  const bot = useBot();
  const { mayBuild, isAdmin } = useRights();
  const offered = bot.channels.filter((channel) => channel.enabled);
  const evidence: Evidence = { checkId: null, checkReason: '' };
  const draft = useDraft(`publish ${bot.id}`, {
    left: [] as string[],
    comment: '',
    canary: NO_CANARY,
    ...evidence,
  });
  const { run, running, problem } = usePublish();
  const [sent, setSent] = useState<Sent | null>(null);
  const chosen = offered.filter(({ id }) => !draft.values.left.includes(id));
  const gate = useData(GATE, { id: bot.id }, { watch: { topic: 'CONFIGURATION' } });
  const errors = (gate.data?.bot?.problems ?? []).filter(({ severity }) => severity === 'ERROR');
  const [knowing, setKnowing] = useState(false);
  const decidesAlone = isAdmin && gate.data?.accountSettings.fourEyes === false;
  const waiting = (gate.data?.bot?.channels ?? []).flatMap(({ id, name, pendingRequest }) =>
    pendingRequest && chosen.some((channel) => channel.id === id) ? [{ name, requestId: pendingRequest.id }] : [],
  );
  if (!mayBuild) return <Nothing title="Developers and admins publish">Your role is to look.</Nothing>;

  const blocked = chosen.length === 0 || !gate.data || (errors.length > 0 && !knowing);
  const toggle = ({ id }: BotChannel) => {
    const { left } = draft.values;
    draft.set({ left: left.includes(id) ? left.filter((one) => one !== id) : [...left, id] });
  };
  const publish = async (approve: boolean) => {
    setSent(null);
    const channelIds = chosen.map(({ id }) => id);
    const { comment, checkId, checkReason, canary } = draft.values;
    const evidence = { checkId, checkReason: checkReason || null };
    const input = {
      botId: bot.id,
      channelIds,
      comment: comment || null,
      approve,
      canary: canaryOf(canary),
      ...evidence,
    };
    const done = await run(input, approve ? waiting.map(({ requestId }) => requestId) : []);
    if (!done) return;
    draft.discard();
    setSent(done);
  };

  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void publish(false);
      }}
    >
      <Stack maw={960}>
        {sent && <PublishOutcome botId={bot.id} sent={sent} />}
        <Paper withBorder p="md">
          <Checkbox.Group
            label="Channels"
            description="All enabled ones are chosen. A channel that is left out answers nobody."
            value={chosen.map(({ id }) => id)}
          >
            <Stack gap="xs" mt="sm">
              {offered.map((channel) => (
                <Checkbox
                  key={channel.id}
                  value={channel.id}
                  label={`${channel.name} (${channel.type})`}
                  description={described(channel)}
                  onChange={() => toggle(channel)}
                />
              ))}
              {offered.length === 0 && (
                <Text size="sm">No channel is enabled. Enable one first; it needs an app, too.</Text>
              )}
            </Stack>
          </Checkbox.Group>
        </Paper>
        <Stack gap="xs">
          <Title order={2} size="h5">
            What changes
          </Title>
          <Suspense fallback={<Waiting />}>
            <BotReview
              key={chosen.map(({ id }) => id).join()}
              botId={bot.id}
              channelIds={chosen.map(({ id }) => id)}
              versionNumber={null}
            />
          </Suspense>
        </Stack>
        <Textarea
          label="Comment"
          description="What is new in this version; the admin and your colleagues read it."
          autosize
          minRows={2}
          value={draft.values.comment}
          error={faultOf(problem, 'comment')}
          onChange={(event) => draft.set({ comment: event.currentTarget.value })}
        />
        <PublishEvidence value={draft.values} problem={problem} onChange={draft.set} />
        {bot.liveVersion && bot.kind !== 'SMART' && (
          <CanaryFields
            wish={draft.values.canary}
            live={bot.liveVersion.number}
            problem={problem}
            onChange={(canary) => draft.set({ canary })}
          />
        )}
        <ProblemNotice problem={problem} />
        <ProblemNotice problem={gate.problem} onRetry={gate.refresh} />
        {errors.length > 0 && (
          <Checkbox
            label={`Publish with ${countOf(errors)}`}
            description="Users will get something else than was written there."
            checked={knowing}
            onChange={(event) => setKnowing(event.currentTarget.checked)}
          />
        )}
        <Group>
          <Button type="submit" loading={running} disabled={blocked}>
            Publish
          </Button>
          {decidesAlone && (
            <Button variant="default" loading={running} disabled={blocked} onClick={() => void publish(true)}>
              Publish and approve
            </Button>
          )}
          {decidesAlone && waiting.length > 0 && (
            <Text size="sm" c="dimmed" flex="1 1 220px">
              Publish and approve also approves what waits of {waiting.length === 1 ? 'this channel' : 'these channels'}
              : {waiting.map(({ name }) => name).join(', ')}.
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function described({ app, endpoint }: BotChannel): string {
  if (!app) return 'Without an app: it will refuse every message';
  const failure = failureOf(endpoint);
  return failure ? `App ${app.name}. Its ${failure}` : `App ${app.name}`;
}
