import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { ProblemNotice } from '../../parts/problem-notice';
import { textFields } from '../../parts/text-fields';
import { told } from '../../parts/told';

const CHANGE = graphql(`
  mutation ChangeEmail($current: String!, $email: String!) {
    changeEmail(current: $current, email: $email) {
      id
      email
    }
  }
`);

export function ChangeEmail() {
  const draft = useDraft('own-email', { email: '', current: '' });
  const change = useChange(CHANGE);
  const text = textFields(draft, change.problem);
  const submit = async () => {
    const done = await change.run(draft.values);
    if (!done) return;
    draft.discard();
    told(`You sign in as ${done.changeEmail.email} from now on.`);
  };
  return (
    <form
      aria-label="E-mail address"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack maw={380}>
        <TextInput label="New e-mail address" type="email" required autoComplete="email" {...text('email')} />
        <PasswordInput label="Your password" required autoComplete="current-password" {...text('current')} />
        <ProblemNotice problem={change.problem} />
        <Group>
          <Button type="submit" variant="default" loading={change.running}>
            Change e-mail address
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
