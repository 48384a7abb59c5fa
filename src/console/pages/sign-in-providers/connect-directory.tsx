import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { CreateDialog } from '../../parts/create-dialog';
import { textFields } from '../../parts/text-fields';

const CREATE_ACCOUNT = graphql(`
  mutation CreateDirectoryAccount($name: String!) {
    createServiceAccount(name: $name, role: NONE) {
      id
    }
  }
`);

const CREATE_TOKEN = graphql(`
  mutation CreateDirectoryToken($userId: ID!) {
    createApiToken(userId: $userId, name: "SCIM", actions: ["scim.provision"])
  }
`);

interface ConnectDirectoryProps {
  opened: boolean;
  onClose(): void;
  /** Is given the token, which is shown once. */
  onToken(token: string): void;
}

/** Makes a service account for a directory, and the token that is good for SCIM alone. */
export function ConnectDirectory({ opened, onClose, onToken }: ConnectDirectoryProps) {
  const draft = useDraft('connect-directory', { name: '' });
  const account = useChange(CREATE_ACCOUNT);
  const token = useChange(CREATE_TOKEN);
  /** The account that was made when no token could be: another try takes it. */
  const [made, setMade] = useState<string | null>(null);
  const problem = account.problem ?? token.problem;
  const text = textFields(draft, problem);
  const submit = async () => {
    const userId = made ?? (await account.run(draft.values))?.createServiceAccount.id;
    if (userId === undefined) return;
    setMade(userId);
    const done = await token.run({ userId });
    if (!done) return;
    setMade(null);
    draft.discard();
    onToken(done.createApiToken);
    onClose();
  };
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      title="Connect a directory"
      action="Create token"
      change={{ problem, running: account.running || token.running }}
      onSubmit={submit}
    >
      <TextInput
        label="Name of the directory"
        description="A service account of this name gets a token that manages users and groups, and can do nothing else."
        placeholder="Entra ID"
        required
        data-autofocus
        {...text('name')}
      />
    </CreateDialog>
  );
}
