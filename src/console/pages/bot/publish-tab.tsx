import { Alert, Button, Checkbox, Group, Paper, Skeleton, Stack, Text, Textarea, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useDraft } from '../../api/use-draft';
import { useRights } from '../../api/use-viewer';
import { failureOf } from '../../parts/callback-words';
import { ChangesView } from '../../parts/changes-view';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
import { BOT_CHANGES } from './bot-changes';
import { useBot } from './bot-context';
import type { BotChannel } from './bot-query';

const PUBLISH = graphql(`
  mutation PublishBot($input: PublishBotInput!) {
    publishBot(input: $input) {
      id
      number
      status
    }
  }
`);

/** Which channels the next version serves, what that changes, and a word to the admin. */
export function PublishTab() {
  const bot = useBot();
  const { mayBuild, isAdmin } = useRights();
  const offered = bot.channels.filter((channel) => channel.enabled);
  const draft = useDraft(`publish ${bot.id}`, { left: [] as string[], comment: '' });
  const { run, running, problem } = useChange(PUBLISH);
  const [sent, setSent] = useState<{ number: number; waits: boolean } | null>(null);
  const chosen = offered.filter(({ id }) => !draft.values.left.includes(id));
  const changes = useData(BOT_CHANGES, { id: bot.id, channelIds: chosen.map(({ id }) => id), versionNumber: null });
  if (!mayBuild) return <Nothing title="Developers and admins publish">Your role is to look.</Nothing>;

  const toggle = ({ id }: BotChannel) => {
    const { left } = draft.values;
    draft.set({ left: left.includes(id) ? left.filter((one) => one !== id) : [...left, id] });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSent(null);
    const channelIds = chosen.map(({ id }) => id);
    const done = await run({ input: { botId: bot.id, channelIds, comment: draft.values.comment || null } });
    if (!done) return;
    draft.discard();
    setSent({ number: done.publishBot.number, waits: done.publishBot.status === 'AWAITING_APPROVAL' });
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack maw={760}>
        {sent && (
          <Alert role="status" color="green" variant="outline" title={`Version ${sent.number} was sent`}>
            <Group justify="space-between">
              <Text size="sm">
                {sent.waits
                  ? 'It goes live as soon as an admin approves it; until then nothing changes for users.'
                  : 'It is live.'}
              </Text>
              {sent.waits && (
                <Button component={Link} href="/approvals" size="xs" variant="default">
                  {isAdmin ? 'Review the request' : 'See the request'}
                </Button>
              )}
            </Group>
          </Alert>
        )}
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
          {changes.data ? <ChangesView changes={changes.data.bot?.changes} /> : <Skeleton h={80} />}
          <ProblemNotice problem={changes.problem} onRetry={changes.refresh} />
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
        <ProblemNotice problem={problem} />
        <Group>
          <Button type="submit" loading={running} disabled={chosen.length === 0}>
            Publish
          </Button>
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
