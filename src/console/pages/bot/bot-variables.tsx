import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { ProblemNotice } from '../../parts/problem-notice';
import { StateBadge } from '../../parts/state-badge';
import { useBot } from './bot-context';
import { BLANK, VariableForm } from './variable-form';
import { VARIABLES, type Variable } from './variables-query';

export function BotVariables() {
  const bot = useBot();
  const { mayBuild } = useRights();
  const { data, problem, refresh } = useData(VARIABLES, { id: bot.id });
  const variables = data?.bot?.variables ?? [];
  const [draft, setDraft] = useState(BLANK);
  const begin = (seen: Variable) => {
    const { key, value, secured } = seen;
    setDraft({ key, value: value ?? '', secured, seen });
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
              {mayBuild && (
                <Table.Th scope="col" w={100}>
                  Actions
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {variables.map((variable) => (
              <Table.Tr key={variable.key}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{variable.key}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <ValueOf variable={variable} />
                </Table.Td>
                {mayBuild && (
                  <Table.Td>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`Change ${variable.key}`}
                      onClick={() => begin(variable)}
                    >
                      Change
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {mayBuild && <VariableForm draft={draft} setDraft={setDraft} variables={variables} refresh={refresh} />}
    </Stack>
  );
}

function ValueOf({ variable: { secured, filled, value, waiting, servingValue } }: { variable: Variable }) {
  return (
    <>
      {!filled && <StateBadge label={{ text: 'To be filled in', color: 'orange' }} />}
      {filled && (secured ? '•••••• (secured)' : value)}
      {waiting && (
        <Group gap="xs" mt={4}>
          <StateBadge label={{ text: 'Waits for a publish', color: 'yellow' }} />
          <Text size="sm" c="dimmed">
            {servingValue === null ? 'What serves now is not shown' : `Serves now: ${servingValue}`}
          </Text>
        </Group>
      )}
    </>
  );
}
