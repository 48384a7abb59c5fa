import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { ProblemNotice } from '../../parts/problem-notice';
import { textFields } from '../../parts/text-fields';
import { told } from '../../parts/told';

const CHANGE = graphql(`
  mutation ChangePassword($current: String!, $next: String!) {
    changePassword(current: $current, next: $next)
  }
`);

export function ChangePassword() {
  const draft = useDraft('own-password', { current: '', next: '' });
  const change = useChange(CHANGE);
  const text = textFields(draft, change.problem);
  const submit = async () => {
    if (!(await change.run(draft.values))) return;
    draft.discard();
    told('Your password was changed. All your other sessions have ended.');
  };
  return (
    <form
      aria-label="Password"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack maw={380}>
        <PasswordInput label="Current password" required autoComplete="current-password" {...text('current')} />
        <PasswordInput
          label="New password"
          description="At least 12 characters. All your other sessions end; API tokens stay."
          required
          autoComplete="new-password"
          {...text('next')}
        />
        <ProblemNotice problem={change.problem} />
        <Group>
          <Button type="submit" variant="default" loading={change.running}>
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
