import { ArrowTurnDownRightIcon } from '@heroicons/react/24/outline';
import { Anchor, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useMayInAccount } from '../../api/use-viewer';
import { CallbackSummary } from '../../parts/callback-summary';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
import { StateBadge } from '../../parts/state-badge';
import { told } from '../../parts/told';
import { Waiting } from '../../parts/waiting';
import { BOT_STATES } from '../../parts/words';
import { useBot } from './bot-context';

const CHILDREN = graphql(`
  query SmartBots($id: ID!) {
    bot(id: $id) {
      id
      children {
        id
        name
        state
        channels {
          id
          status
          endpoint {
            state
            since
            lastError
            dead
          }
        }
      }
    }
  }
`);

const CREATE = graphql(`
  mutation CreateSmartBot($input: CreateSmartBotInput!) {
    createSmartBot(input: $input) {
      id
      name
    }
  }
`);

/** The parent, this bot, and the bots that inherit from it. */
export function SmartBotsTab() {
  const bot = useBot();
  const may = useMayInAccount();
  const { data, problem, refresh } = useData(CHILDREN, { id: bot.id });
  if (bot.parent) {
    return (
      <Paper withBorder p="md" maw={760}>
        <Text>
          This smart bot inherits from{' '}
          <Anchor component={Link} href={`/bots/${bot.parent.id}`} underline="always">
            {bot.parent.name}
          </Anchor>
          : it follows the parent's next versions, except in what it overrides itself.
        </Text>
      </Paper>
    );
  }
  const children = data?.bot?.children;
  return (
    <Stack maw={760}>
      <ProblemNotice problem={problem} onRetry={refresh} />
      {!children && !problem && <Waiting />}
      {children && (
        <Paper withBorder p="md">
          <Title order={2} size="h5">
            {bot.name}
          </Title>
          {children.length === 0 && <Nothing title="No smart bot inherits from this bot" />}
          <Stack component="ul" gap="xs" mt="sm" style={{ listStyle: 'none', paddingLeft: 12 }}>
            {children.map((child) => (
              <Group component="li" key={child.id} gap="xs">
                <ArrowTurnDownRightIcon width={16} aria-hidden />
                <Anchor component={Link} href={`/bots/${child.id}`} fw={600}>
                  {child.name}
                </Anchor>
                <StateBadge label={BOT_STATES[child.state]} />
                <Text size="sm" c="dimmed">
                  {child.channels.filter(({ status }) => status === 'NEEDS_CONFIGURATION').length} of{' '}
                  {child.channels.length} channels to configure
                </Text>
                <CallbackSummary bot={child} />
              </Group>
            ))}
          </Stack>
        </Paper>
      )}
      {may('bot.create') && <CreateSmartBot parentId={bot.id} live={Boolean(bot.liveVersion)} />}
    </Stack>
  );
}

function CreateSmartBot({ parentId, live }: { parentId: string; live: boolean }) {
  const [name, setName] = useState('');
  const { run, running, problem } = useChange(CREATE);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const created = await run({ input: { parentId, name } });
    if (!created) return;
    setName('');
    told(`The smart bot “${created.createSmartBot.name}” was created.`);
  };
  if (!live) return <Text c="dimmed">Publish this bot first: a smart bot starts with its parent's live version.</Text>;
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Group align="end">
        <TextInput
          label="New smart bot"
          description="It starts with this bot's live version and a placeholder of each of its channels."
          required
          flex={1}
          value={name}
          error={faultOf(problem, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={running}>
          Create
        </Button>
      </Group>
      <ProblemNotice problem={problem} />
    </form>
  );
}
