import { PasswordInput, Select, TextInput } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { Role } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { CreateDialog } from '../../parts/create-dialog';
import { textFields } from '../../parts/text-fields';
import { told } from '../../parts/told';
import { ROLES } from './roles';

const CREATE = graphql(`
  mutation CreateUser($input: CreateUserInput!) {
    createUser(input: $input) {
      id
      name
    }
  }
`);

const BLANK = { name: '', email: '', role: 'DEVELOPER' as Role, password: '' };

export function CreateUser({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const draft = useDraft('create-user', BLANK);
  const { values, set, discard } = draft;
  const create = useChange(CREATE);
  const text = textFields(draft, create.problem);
  const submit = async () => {
    const { name, email, role, password } = values;
    const done = await create.run({ input: { name, role, email: email || null, password: password || null } });
    if (!done) return;
    discard();
    told(`The user “${done.createUser.name}” was created.`);
    onClose();
  };
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      title="New user"
      action="Create user"
      change={create}
      onSubmit={submit}
    >
      <TextInput label="Name" required data-autofocus {...text('name')} />
      <TextInput label="E-mail" type="email" description="To sign in with a password" {...text('email')} />
      <PasswordInput
        label="Password"
        description="At least 12 characters; empty: API tokens only"
        autoComplete="new-password"
        {...text('password')}
      />
      <Select
        label="Role"
        data={ROLES}
        allowDeselect={false}
        value={values.role}
        onChange={(role) => set({ role: role ?? 'DEVELOPER' })}
      />
    </CreateDialog>
  );
}
