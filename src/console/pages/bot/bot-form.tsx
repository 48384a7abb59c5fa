import { Button, Fieldset, Group, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { useRights } from '../../api/use-viewer';
import { EngineFields } from '../../parts/engine-fields';
import { draftOf, settingsOf } from '../../parts/engine-settings';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { useBot } from './bot-context';

const UPDATE = graphql(`
  mutation UpdateBot($input: UpdateBotInput!) {
    updateBot(input: $input) {
      id
    }
  }
`);

const MIN_SESSION_MINUTES = 1;
const MAX_SESSION_MINUTES = 20_160; // two weeks

export function BotForm() {
  const bot = useBot();
  const { mayBuild } = useRights();
  const { values, set, dirty, discard } = useDraft(`bot ${bot.id}`, {
    name: bot.name,
    description: bot.description ?? '',
    defaultLanguage: bot.defaultLanguage,
    sessionTimeoutMinutes: bot.sessionTimeoutMinutes,
    engine: draftOf(bot.engine, bot.engineSettings),
  });
  const { run, running, problem } = useChange(UPDATE);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { engine, ...rest } = values;
    const engineSettings = settingsOf(engine);
    if (engineSettings === null) return; // the field says that it is no JSON
    const settings = engine.engine === 'DIALOG' ? {} : { engineSettings };
    const done = await run({ input: { id: bot.id, ...rest, engine: engine.engine, ...settings } });
    if (!done) return;
    discard();
    told('Saved. Engine and session settings act with the next publish.');
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Fieldset variant="unstyled" disabled={!mayBuild}>
        <Stack>
          <TextInput
            label="Name"
            required
            value={values.name}
            error={faultOf(problem, 'name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Textarea
            label="Description"
            autosize
            value={values.description}
            error={faultOf(problem, 'description')}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <Group grow align="start">
            <TextInput
              label="Default language"
              description="A code such as en or pt-BR"
              value={values.defaultLanguage}
              error={faultOf(problem, 'defaultLanguage')}
              onChange={(event) => set({ defaultLanguage: event.currentTarget.value })}
            />
            <NumberInput
              label="Session timeout"
              description="Minutes of silence that end a session"
              min={MIN_SESSION_MINUTES}
              max={MAX_SESSION_MINUTES}
              allowDecimal={false}
              value={values.sessionTimeoutMinutes}
              error={faultOf(problem, 'sessionTimeoutMinutes')}
              onChange={(value) => set({ sessionTimeoutMinutes: Number(value) })}
            />
          </Group>
          <EngineFields draft={values.engine} problem={problem} saved onChange={(engine) => set({ engine })} />
          <ProblemNotice problem={problem} />
          {mayBuild && (
            <Group>
              <Button type="submit" loading={running} disabled={!dirty}>
                Save
              </Button>
              {dirty && (
                <Button variant="default" onClick={discard}>
                  Discard changes
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </Fieldset>
    </form>
  );
}
