import { Checkbox, Select, TextInput } from '@mantine/core';
import { graphql } from '../api/.generated/gql';
import type { JwtAlgorithm, TokenEncryption } from '../api/.generated/graphql';
import { appSecrets } from '../api/app-secrets';
import { signsWithSecret } from '../api/sign-token';
import { useChange } from '../api/use-change';
import { useDraft } from '../api/use-draft';
import { AppKeysFields, keysIn, NO_KEYS } from './app-keys-fields';
import { CreateDialog } from './create-dialog';
import { textFields } from './text-fields';
import { TOKEN_ENCRYPTIONS } from './token-encryptions';
import { told } from './told';

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

const ALGORITHMS: { group: string; items: JwtAlgorithm[] }[] = [
  { group: 'With a client secret', items: ['HS256', 'HS512'] },
  { group: "With the caller's own key", items: ['RS256', 'RS512', 'ES256'] },
];
const BLANK = {
  name: '',
  algorithm: 'HS256' as JwtAlgorithm,
  requireJti: false,
  tokenEncryption: 'NONE' as TokenEncryption,
  keys: NO_KEYS,
};

interface CreateAppProps {
  opened: boolean;
  onClose(): void;
  /** `secret`: empty for an app with keys. */
  onCreated(clientId: string, secret: string): void;
}

export function CreateApp({ opened, onClose, onCreated }: CreateAppProps) {
  const draft = useDraft('create-app', BLANK);
  const { values, set, discard } = draft;
  const create = useChange(CREATE);
  const text = textFields(draft, create.problem);
  const hasSecret = signsWithSecret(values.algorithm);
  const submit = async () => {
    const { keys, ...app } = values;
    const done = await create.run({ input: hasSecret ? app : { ...app, ...keysIn(keys) } });
    if (!done) return;
    const { app: made, clientSecret } = done.createApp;
    if (hasSecret) appSecrets.set(made.clientId, clientSecret);
    else told(`The app “${made.name}” was made. Its client ID is ${made.clientId}.`);
    discard();
    onCreated(made.clientId, clientSecret);
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
      {!hasSecret && (
        <AppKeysFields
          values={values.keys}
          set={(change) => set({ keys: { ...values.keys, ...change } })}
          problem={create.problem}
        />
      )}
      <Select
        label="Encrypted tokens"
        data={TOKEN_ENCRYPTIONS}
        allowDeselect={false}
        value={values.tokenEncryption}
        onChange={(value) => set({ tokenEncryption: value ?? 'NONE' })}
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
