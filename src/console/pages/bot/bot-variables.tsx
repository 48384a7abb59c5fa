import { Button, Checkbox, Group, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { ConflictChoice } from '../../parts/conflict/conflict-choice';
import { ProblemNotice } from '../../parts/problem-notice';
import { StateBadge } from '../../parts/state-badge';
import { told } from '../../parts/told';
import { useBot } from './bot-context';

const VARIABLES = graphql(`
  query BotVariables($id: ID!) {
    bot(id: $id) {
      id
      variables {
        key
        secured
        filled
        value
        waiting
        servingValue
      }
    }
  }
`);

const SET = graphql(`
  mutation SetBotVariable($botId: ID!, $key: String!, $value: String!, $secured: Boolean, $expectedValue: String) {
    setBotVariable(botId: $botId, key: $key, value: $value, secured: $secured, expectedValue: $expectedValue) {
      key
      waiting
    }
  }
`);

const BLANK = { key: '', value: '', secured: false };

export function BotVariables() {
  const bot = useBot();
  const { mayBuild } = useRights();
  const { data, problem, refresh } = useData(VARIABLES, { id: bot.id });
  const variables = data?.bot?.variables ?? [];
  const [draft, setDraft] = useState(BLANK);
  const change = useChange(SET);
  const conflict = change.problem?.conflict;
  const submit = async (seen = variables.find(({ key }) => key === draft.key)?.value ?? '') => {
    const done = await change.run({ botId: bot.id, ...draft, expectedValue: seen });
    if (!done) return;
    setDraft(BLANK);
    const { key, waiting } = done.setBotVariable;
    told(
      waiting
        ? `The variable ${key} waits: publish the bot to put it before an admin.`
        : `The variable ${key} acts now.`,
    );
  };
  return (
    <Stack>
      <div>
        <Title order={2} size="h4">
          Variables
        </Title>
        <Text size="sm" c="dimmed">
          In texts as {'{{env.key}}'}. The value of a secured one is never shown, and does not travel in exports. Once a
          publish of the bot was asked for, a change waits for the next approved publish, unless you could approve that
          alone.
        </Text>
      </div>
      <ProblemNotice problem={problem} onRetry={refresh} />
      {variables.length > 0 && (
        <Table aria-label="Variables" layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Key</Table.Th>
              <Table.Th scope="col">Value</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {variables.map(({ key, secured, filled, value, waiting, servingValue }) => (
              <Table.Tr key={key}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{key}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {!filled && <StateBadge label={{ text: 'To be filled', color: 'orange' }} />}
                  {filled && (secured ? '•••••• (secured)' : value)}
                  {waiting && (
                    <Group gap="xs" mt={4}>
                      <StateBadge label={{ text: 'Waits for a publish', color: 'yellow' }} />
                      <Text size="sm" c="dimmed">
                        {servingValue === null ? 'What serves now is not shown' : `Serves now: ${servingValue}`}
                      </Text>
                    </Group>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {mayBuild && (
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Group align="end">
            <TextInput
              label="Key"
              required
              value={draft.key}
              error={faultOf(change.problem, 'key')}
              onChange={(event) => setDraft({ ...draft, key: event.currentTarget.value })}
            />
            <TextInput
              label="Value"
              autoComplete="off"
              type={draft.secured ? 'password' : 'text'}
              value={draft.value}
              onChange={(event) => setDraft({ ...draft, value: event.currentTarget.value })}
            />
            <Checkbox
              label="Secured"
              pb={8}
              checked={draft.secured}
              onChange={(event) => setDraft({ ...draft, secured: event.currentTarget.checked })}
            />
            <Button type="submit" variant="default" loading={change.running}>
              Set variable
            </Button>
          </Group>
          {conflict ? (
            <ConflictChoice
              conflict={conflict}
              nameOf={() => draft.key}
              mineOf={() => draft.value}
              onMine={() => void submit(String(conflict.changed[0]?.current ?? ''))}
              onTheirs={() => {
                setDraft(BLANK);
                change.clear();
                refresh();
              }}
              onEdit={() => {
                change.clear();
                refresh();
              }}
            />
          ) : (
            <ProblemNotice problem={change.problem} />
          )}
        </form>
      )}
    </Stack>
  );
}
