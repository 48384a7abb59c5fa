import { Select, TextInput } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { Role } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { CreateDialog } from '../../parts/create-dialog';
import { textFields } from '../../parts/text-fields';
import { told } from '../../parts/told';
import { SERVICE_ROLES } from './roles';

const CREATE = graphql(`
  mutation CreateServiceAccount($name: String!, $role: Role!) {
    createServiceAccount(name: $name, role: $role) {
      id
      name
    }
  }
`);

const BLANK = { name: '', role: 'DEVELOPER' as Role };

/** A user for a program. */
export function CreateServiceAccount({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const draft = useDraft('create-service-account', BLANK);
  const create = useChange(CREATE);
  const text = textFields(draft, create.problem);
  const submit = async () => {
    const done = await create.run(draft.values);
    if (!done) return;
    draft.discard();
    told(`The service account “${done.createServiceAccount.name}” was created. Make its API tokens on its card.`);
    onClose();
  };
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      title="New service account"
      action="Create service account"
      change={create}
      onSubmit={submit}
    >
      <TextInput
        label="Name"
        description="Of the program. It never signs in and approves nothing: you make its API tokens."
        required
        data-autofocus
        {...text('name')}
      />
      <Select
        label="Role"
        data={SERVICE_ROLES}
        allowDeselect={false}
        value={draft.values.role}
        onChange={(role) => draft.set({ role: role ?? 'DEVELOPER' })}
      />
    </CreateDialog>
  );
}
