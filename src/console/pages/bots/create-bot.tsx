import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { useLocation } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { EngineFields } from '../../parts/engine-fields';
import { draftOf, settingsOf } from '../../parts/engine-settings';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';

const CREATE = graphql(`
  mutation CreateBot($input: CreateBotInput!) {
    createBot(input: $input) {
      id
      name
    }
  }
`);

const BLANK = { name: '', description: '', engine: draftOf('HTTP', null) };

export function CreateBot({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const [, navigate] = useLocation();
  const { values, set, discard } = useDraft('create-bot', BLANK);
  const { run, running, problem } = useChange(CREATE);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { name, description, engine } = values;
    const engineSettings = settingsOf(engine);
    if (engineSettings === null) return; // the field says that it is no JSON
    const created = await run({
      input: { name, description: description || null, engine: engine.engine, engineSettings },
    });
    if (!created) return;
    discard();
    onClose();
    told(`The bot “${created.createBot.name}” was created.`);
    navigate(`/bots/${created.createBot.id}`);
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Create bot" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput
            label="Name"
            required
            data-autofocus
            value={values.name}
            error={faultOf(problem, 'name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Textarea
            label="Description"
            autosize
            value={values.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <EngineFields draft={values.engine} problem={problem} onChange={(engine) => set({ engine })} />
          <ProblemNotice problem={problem} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={running}>
              Create bot
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
