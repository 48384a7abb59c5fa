import { Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { type ChangeEvent, type FormEvent, useState } from 'react';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { useBot } from './bot-context';
import { asSeen, outcomeOf, SET, VARIABLES } from './variables-query';

/** A field for each variable that has no value yet; nothing where all have one. */
export function FillVariables() {
  const bot = useBot();
  const { data } = useData(VARIABLES, { id: bot.id });
  const empty = data?.bot?.variables.filter(({ filled }) => !filled) ?? [];
  const [values, setValues] = useState<Record<string, string>>({});
  const [saving, setSaving] = useState('');
  const change = useChange(SET);
  if (empty.length === 0) return null;
  const written = empty.filter(({ key }) => values[key]);
  const save = async () => {
    let waiting = false;
    for (const variable of written) {
      const { key } = variable;
      setSaving(key);
      const done = await change.run({ botId: bot.id, key, value: values[key] ?? '', ...asSeen(variable) });
      if (!done) return;
      waiting = done.setBotVariable.waiting;
    }
    const keys = written.map(({ key }) => key);
    told(outcomeOf(keys, waiting));
  };
  return (
    <Paper
      withBorder
      p="md"
      component="form"
      aria-labelledby="variables-to-fill"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4" id="variables-to-fill">
            Variables to fill in
          </Title>
          <Text size="sm" c="dimmed">
            The bot uses them, and they have no values. Values of secured variables never travel in an export.
          </Text>
        </div>
        {empty.map(({ key, secured }) => {
          const Field = secured ? PasswordInput : TextInput;
          return (
            <Field
              key={key}
              label={key}
              autoComplete="off"
              value={values[key] ?? ''}
              error={saving === key && faultOf(change.problem, 'value')}
              onChange={(event: ChangeEvent<HTMLInputElement>) =>
                setValues({ ...values, [key]: event.currentTarget.value })
              }
            />
          );
        })}
        <ProblemNotice problem={change.problem} />
        <Group>
          <Button type="submit" disabled={written.length === 0} loading={change.running}>
            Save values
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
