import { Button, Group, Modal, type ModalProps, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Change } from '../api/use-change';
import { ProblemNotice } from './problem-notice';

interface CreateDialogProps extends Pick<ModalProps, 'opened' | 'onClose' | 'size'> {
  title: string;
  /** On the button that does it. */
  action: string;
  change: Pick<Change<unknown, never>, 'running' | 'problem'>;
  onSubmit(): Promise<void>;
  /** In the place of the problem, where somebody else changed the same meanwhile. */
  conflict?: ReactNode;
  /** The fields. */
  children: ReactNode;
}

/** Asks for what something new needs. It stays open, with what was typed, until the server has taken it. */
export function CreateDialog({ title, action, change, onSubmit, conflict, children, ...modal }: CreateDialogProps) {
  return (
    <Modal {...modal} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation(); // it may have been opened from within another form
          void onSubmit();
        }}
      >
        <Stack>
          {children}
          {conflict ?? <ProblemNotice problem={change.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={modal.onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.running}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
