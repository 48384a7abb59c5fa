import { Textarea, TextInput } from '@mantine/core';
import { useLocation } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { CreateDialog } from '../../parts/create-dialog';
import { EngineFields } from '../../parts/engine-fields';
import { draftOf, settingsOf } from '../../parts/engine-settings';
import { textFields } from '../../parts/text-fields';
import { told } from '../../parts/told';

const CREATE = graphql(`
  mutation CreateBot($input: CreateBotInput!) {
    createBot(input: $input) {
      id
      name
    }
  }
`);

const BLANK = { name: '', description: '', engine: draftOf('DIALOG', null) };

export function CreateBot({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const [, navigate] = useLocation();
  const draft = useDraft('create-bot', BLANK);
  const { values, set, discard } = draft;
  const create = useChange(CREATE);
  const text = textFields(draft, create.problem);
  const submit = async () => {
    const { name, description, engine } = values;
    const engineSettings = settingsOf(engine);
    if (engineSettings === null) return; // the field says that it is no JSON
    const created = await create.run({
      input: { name, description: description || null, engine: engine.engine, engineSettings },
    });
    if (!created) return;
    discard();
    onClose();
    told(`The bot “${created.createBot.name}” was created.`);
    navigate(`/bots/${created.createBot.id}${engine.engine === 'DIALOG' ? '/answers' : ''}`);
  };
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      title="Create bot"
      action="Create bot"
      size="lg"
      change={create}
      onSubmit={submit}
    >
      <TextInput label="Name" required data-autofocus {...text('name')} />
      <Textarea label="Description" autosize {...text('description')} />
      <EngineFields draft={values.engine} problem={create.problem} onChange={(engine) => set({ engine })} />
    </CreateDialog>
  );
}
