import { Button, Modal } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useRights } from '../../api/use-viewer';
import { Waiting } from '../../parts/waiting';
import type { BotOfMessages, Scope } from './message-list';
import type { MessageNode, OverrideNode } from './message-rows';

const OverrideForm = lazy(async () => ({ default: (await import('./override-form')).OverrideForm }));

export interface EditOverrideProps {
  bot: BotOfMessages;
  scope: Scope;
  message: MessageNode;
  /** What the scope has now. */
  own: OverrideNode | null;
}

export function EditOverride(props: EditOverrideProps) {
  const { mayBuild } = useRights();
  const [open, setOpen] = useState(false);
  if (!mayBuild) return null;
  const action = props.own ? 'Edit' : 'Override';
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => setOpen(true)}
        aria-label={`${action} ${props.message.name} for ${props.scope.name}`}
      >
        {action}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="xl"
        title={`${props.message.name} on ${props.scope.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Suspense fallback={<Waiting />}>
          <OverrideForm {...props} onDone={() => setOpen(false)} />
        </Suspense>
      </Modal>
    </>
  );
}
