import { Button, Group, PasswordInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { ConfirmButton } from '../../parts/confirm-button';
import { CreateDialog } from '../../parts/create-dialog';
import { told } from '../../parts/told';
import type { UserNode } from './users-query';

const SET_PASSWORD = graphql(`
  mutation SetPassword($userId: ID!, $password: String) {
    setPassword(userId: $userId, password: $password)
  }
`);

const SET_EMAIL = graphql(`
  mutation SetEmail($id: ID!, $email: String) {
    updateUser(id: $id, email: $email) {
      id
      email
    }
  }
`);

/** E-mail address and password of another user, for who looks after users. */
export function UserSignIn({ user }: { user: UserNode }) {
  const [open, setOpen] = useState<'email' | 'password' | null>(null);
  const clear = useChange(SET_PASSWORD);
  const close = () => setOpen(null);
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        aria-label={`Change the e-mail address of ${user.name}`}
        onClick={() => setOpen('email')}
      >
        E-mail address
      </Button>
      {user.email !== null && (
        <Button
          size="xs"
          variant="default"
          aria-label={`Set password of ${user.name}`}
          onClick={() => setOpen('password')}
        >
          Set password
        </Button>
      )}
      {user.signsInWith.includes('password') && (
        <ConfirmButton
          size="xs"
          action="Clear password"
          aria-label={`Clear password of ${user.name}`}
          consequence={`${user.name} is signed out and cannot sign in by password any more. API tokens stay.`}
          problem={clear.problem}
          onConfirm={async () => Boolean(await clear.run({ userId: user.id, password: null }))}
        />
      )}
      {open === 'email' && <EmailDialog user={user} onClose={close} />}
      {open === 'password' && <PasswordDialog user={user} onClose={close} />}
    </Group>
  );
}

function EmailDialog({ user, onClose }: { user: UserNode; onClose(): void }) {
  const [email, setEmail] = useState(user.email ?? '');
  const change = useChange(SET_EMAIL);
  const submit = async () => {
    if (!(await change.run({ id: user.id, email: email.trim() || null }))) return;
    told(`The e-mail address of ${user.name} was changed.`);
    onClose();
  };
  return (
    <CreateDialog
      opened
      onClose={onClose}
      title={`E-mail address of ${user.name}`}
      action="Save"
      change={change}
      onSubmit={submit}
    >
      <TextInput
        label="E-mail"
        type="email"
        description="Empty: none"
        data-autofocus
        value={email}
        error={faultOf(change.problem, 'email')}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
    </CreateDialog>
  );
}

function PasswordDialog({ user, onClose }: { user: UserNode; onClose(): void }) {
  const [password, setPassword] = useState('');
  const change = useChange(SET_PASSWORD);
  const submit = async () => {
    if (!(await change.run({ userId: user.id, password }))) return;
    told(`The password of ${user.name} was set. Their sessions have ended.`);
    onClose();
  };
  return (
    <CreateDialog
      opened
      onClose={onClose}
      title={`Password of ${user.name}`}
      action="Set password"
      change={change}
      onSubmit={submit}
    >
      <Text size="sm">
        {user.name} is signed out everywhere. Under four eyes, you and {user.name} do not decide each other's requests
        until they have changed it.
      </Text>
      <PasswordInput
        label="New password"
        description="At least 12 characters"
        required
        data-autofocus
        autoComplete="new-password"
        value={password}
        error={faultOf(change.problem, 'password')}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </CreateDialog>
  );
}
