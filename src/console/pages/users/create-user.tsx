import { Button, Group, Modal, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { Role } from '../../api/.generated/graphql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { ProblemNotice } from '../../parts/problem-notice';
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
  const { values, set, discard } = useDraft('create-user', BLANK);
  const { run, running, problem } = useChange(CREATE);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { name, email, role, password } = values;
    const done = await run({ input: { name, role, email: email || null, password: password || null } });
    if (!done) return;
    discard();
    told(`The user “${done.createUser.name}” was created.`);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title="New user" closeButtonProps={{ 'aria-label': 'Close' }}>
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
          <TextInput
            label="E-mail"
            type="email"
            description="To sign in with a password"
            value={values.email}
            error={faultOf(problem, 'email')}
            onChange={(event) => set({ email: event.currentTarget.value })}
          />
          <PasswordInput
            label="Password"
            description="At least 12 characters; empty: API tokens only"
            autoComplete="new-password"
            value={values.password}
            error={faultOf(problem, 'password')}
            onChange={(event) => set({ password: event.currentTarget.value })}
          />
          <Select
            label="Role"
            data={ROLES}
            allowDeselect={false}
            value={values.role}
            onChange={(role) => set({ role: role ?? 'DEVELOPER' })}
          />
          <ProblemNotice problem={problem} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={running}>
              Create user
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
