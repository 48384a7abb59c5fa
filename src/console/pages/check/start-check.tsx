import { Button, Checkbox, Group, NumberInput, Paper, Select, Stack, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { ProblemNotice } from '../../parts/problem-notice';
import { useBot } from '../bot/bot-context';

const START = graphql(`
  mutation StartCheck($input: StartCheckInput!) {
    startCheck(input: $input) {
      id
    }
  }
`);

const VERSIONS = graphql(`
  query VersionsToCheck($id: ID!) {
    bot(id: $id) {
      id
      versions(first: 20) {
        edges {
          node {
            id
            number
            status
          }
        }
      }
    }
  }
`);

const DAY_MS = 86_400_000;
const DRAFT = 'draft';

/** What is checked, and against which turns. */
export function StartCheck() {
  const bot = useBot();
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const [days, setDays] = useState(7);
  const [version, setVersion] = useState(params.get('version') ?? DRAFT);
  const [left, setLeft] = useState<string[]>([]);
  const { run, running, problem } = useChange(START);
  const versions = useData(VERSIONS, { id: bot.id }).data?.bot?.versions.edges ?? [];
  const channelIds = bot.channels.map(({ id }) => id).filter((id) => !left.includes(id));
  const start = async (event: FormEvent) => {
    event.preventDefault();
    const from = new Date(Date.now() - days * DAY_MS).toISOString();
    const versionNumber = version === DRAFT ? null : Number(version);
    const done = await run({ input: { botId: bot.id, versionNumber, channelIds, from } });
    if (done) navigate(`/bots/${bot.id}/checks/${done.startCheck.id}`);
  };
  return (
    <Paper withBorder p="md">
      <form onSubmit={(event) => void start(event)}>
        <Stack>
          <Title order={2} size="h5">
            Check against what happened
          </Title>
          <Group align="start">
            <Select
              label="What is checked"
              allowDeselect={false}
              data={[
                { value: DRAFT, label: 'The draft' },
                ...versions.map(({ node }) => ({ value: String(node.number), label: `Version ${node.number}` })),
              ]}
              value={version}
              onChange={(value) => setVersion(value ?? DRAFT)}
            />
            <NumberInput
              label="Against the last days"
              min={1}
              max={3650}
              allowDecimal={false}
              value={days}
              error={faultOf(problem, 'from')}
              onChange={(value) => setDays(Number(value) || 1)}
            />
          </Group>
          <Checkbox.Group label="Channels" value={channelIds}>
            <Group mt="xs">
              {bot.channels.map(({ id, name }) => (
                <Checkbox
                  key={id}
                  value={id}
                  label={name}
                  onChange={() => setLeft(left.includes(id) ? left.filter((one) => one !== id) : [...left, id])}
                />
              ))}
            </Group>
          </Checkbox.Group>
          <ProblemNotice problem={problem} />
          <Group>
            <Button type="submit" loading={running} disabled={channelIds.length === 0}>
              Start the check
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
