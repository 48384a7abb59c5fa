import { Button, type ButtonProps, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Problem } from '../api/problem';
import { ProblemNotice } from './problem-notice';

interface ConfirmButtonProps extends ButtonProps {
  /** On the button, in the title and on the button that does it. */
  action: string;
  /** What will happen. */
  consequence: ReactNode;
  /** Asks for a reason, under this name. */
  reason?: string;
  reasonRequired?: boolean;
  problem?: Problem | null;
  /** True when it is done. */
  onConfirm(reason: string): Promise<boolean>;
}

/** A button that asks first, and for a reason where one is due. */
export function ConfirmButton(props: ConfirmButtonProps) {
  const { action, consequence, reason, reasonRequired = false, problem = null, onConfirm, ...button } = props;
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [running, setRunning] = useState(false);
  const confirm = async () => {
    setRunning(true);
    const done = await onConfirm(text.trim());
    setRunning(false);
    if (!done) return;
    setOpen(false);
    setText('');
  };
  return (
    <>
      <Button variant="default" {...button} onClick={() => setOpen(true)}>
        {action}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={action} closeButtonProps={{ 'aria-label': 'Close' }}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void confirm();
          }}
        >
          <Stack>
            <Text size="sm">{consequence}</Text>
            {reason && (
              <Textarea
                label={reason}
                required={reasonRequired}
                autosize
                minRows={2}
                data-autofocus
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
              />
            )}
            <ProblemNotice problem={problem} />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setOpen(false)}>
                Cancel
              </Button>
              <Button type="submit" loading={running} {...(button.color ? { color: button.color } : {})}>
                {action}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
