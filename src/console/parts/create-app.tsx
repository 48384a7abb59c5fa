import { Checkbox, Select, TextInput } from '@mantine/core';
import { graphql } from '../api/.generated/gql';
import type { JwtAlgorithm } from '../api/.generated/graphql';
import { appSecrets } from '../api/app-secrets';
import { useChange } from '../api/use-change';
import { useDraft } from '../api/use-draft';
import { CreateDialog } from './create-dialog';
import { textFields } from './text-fields';

const CREATE = graphql(`
  mutation CreateApp($input: CreateAppInput!) {
    createApp(input: $input) {
      clientSecret
      app {
        clientId
        name
      }
    }
  }
`);

const ALGORITHMS: JwtAlgorithm[] = ['HS256', 'HS512'];
const BLANK = { name: '', algorithm: 'HS256' as JwtAlgorithm, requireJti: false };

interface CreateAppProps {
  opened: boolean;
  onClose(): void;
  onCreated(clientId: string, secret: string): void;
}

export function CreateApp({ opened, onClose, onCreated }: CreateAppProps) {
  const draft = useDraft('create-app', BLANK);
  const { values, set, discard } = draft;
  const create = useChange(CREATE);
  const text = textFields(draft, create.problem);
  const submit = async () => {
    const done = await create.run({ input: values });
    if (!done) return;
    const { app, clientSecret } = done.createApp;
    appSecrets.set(app.clientId, clientSecret);
    discard();
    onCreated(app.clientId, clientSecret);
    onClose();
  };
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      title="New app"
      action="Create app"
      change={create}
      onSubmit={submit}
    >
      <TextInput label="Name" description="Of the system that will call" required data-autofocus {...text('name')} />
      <Select
        label="Signing algorithm"
        data={ALGORITHMS}
        allowDeselect={false}
        value={values.algorithm}
        onChange={(value) => set({ algorithm: value ?? 'HS256' })}
      />
      <Checkbox
        label="Enforce jti"
        description="Each token works once and expires within the hour"
        checked={values.requireJti}
        onChange={(event) => set({ requireJti: event.currentTarget.checked })}
      />
    </CreateDialog>
  );
}
