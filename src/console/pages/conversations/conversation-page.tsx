import { Anchor, Badge, Button, Group, Paper, Stack, Switch } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { saveJson } from '../../parts/save-json';
import { Waiting } from '../../parts/waiting';
import { ConversationTurns } from './conversation-turns';

const CONVERSATION = graphql(`
  query Conversation($id: ID!) {
    conversation(id: $id) {
      id
      user
      startedAt
      lastMessageAt
      test
      channel {
        id
        name
        bot {
          id
          name
        }
      }
    }
  }
`);

const EXPORT = graphql(`
  mutation ExportConversation($id: ID!) {
    exportConversation(id: $id)
  }
`);

const PATH = [{ name: 'Conversations', to: '/conversations' }];

/** One conversation, under an address of its own. */
export function ConversationPage() {
  const { id = '' } = useParams<{ id: string }>();
  const { mayBuild } = useRights();
  const [live, setLive] = useState(true);
  const { data, problem, refresh } = useData(CONVERSATION, { id });
  const exporting = useChange(EXPORT);
  if (!data)
    return (
      <Page title="Conversation" path={PATH}>
        {problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />}
      </Page>
    );
  const { conversation } = data;
  if (!conversation)
    return (
      <Page title="Conversation" path={PATH}>
        <Nothing title="There is no such conversation">It may have been removed, or you may not read it.</Nothing>
      </Page>
    );
  const { user, channel, startedAt, test } = conversation;
  const save = async () => {
    const done = await exporting.run({ id });
    if (done) saveJson(`conversation-${id}`, done.exportConversation);
  };
  return (
    <Page
      title={`Conversation of ${user}`}
      path={PATH}
      actions={
        mayBuild && (
          <Button variant="default" loading={exporting.running} onClick={() => void save()}>
            Export as JSON
          </Button>
        )
      }
    >
      <Stack>
        <Group gap="md">
          <Anchor component={Link} href={`/bots/${channel.bot.id}`}>
            {channel.bot.name}
          </Anchor>
          <Anchor component={Link} href={`/bots/${channel.bot.id}/channels/${channel.id}`}>
            {channel.name}
          </Anchor>
          {test && <Badge variant="default">Test</Badge>}
          <span>
            Began <Moment at={startedAt} />
          </span>
          <Switch label="Live" checked={live} onChange={(event) => setLive(event.currentTarget.checked)} />
        </Group>
        <ProblemNotice problem={exporting.problem} />
        <Paper withBorder p="md">
          <ConversationTurns id={id} user={user} channelId={channel.id} live={live} />
        </Paper>
      </Stack>
    </Page>
  );
}
