import { Button, Fieldset, Group, Stack, type StackProps } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Change } from '../api/use-change';
import type { Draft } from '../api/use-draft';
import { ProblemNotice } from './problem-notice';

interface DraftFormProps extends Pick<StackProps, 'maw' | 'gap' | 'aria-label'> {
  draft: Pick<Draft<object>, 'dirty' | 'discard'>;
  change: Pick<Change<unknown, never>, 'running' | 'problem'>;
  /** Whether the viewer may change anything; else it only shows. */
  mayChange: boolean;
  /** Saving means something also when nothing was changed. */
  savesUnchanged?: boolean;
  onSubmit(): Promise<void>;
  /** In the place of the problem, where somebody else changed the same meanwhile. */
  conflict?: ReactNode;
  /** The fields. */
  children: ReactNode;
}

/** A form over what is saved: it can be saved, and what was typed be taken back. */
export function DraftForm(props: DraftFormProps) {
  const {
    draft,
    change,
    mayChange,
    savesUnchanged = false,
    onSubmit,
    conflict,
    children,
    'aria-label': label,
    ...stack
  } = props;
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      <Fieldset variant="unstyled" disabled={!mayChange}>
        <Stack {...stack}>
          {children}
          {conflict ?? <ProblemNotice problem={change.problem} />}
          {mayChange && (
            <Group>
              <Button type="submit" loading={change.running} disabled={!draft.dirty && !savesUnchanged}>
                Save
              </Button>
              {draft.dirty && (
                <Button variant="default" onClick={() => draft.discard()}>
                  Discard changes
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </Fieldset>
    </form>
  );
}
