import { Button, Modal } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useRights } from '../../api/use-viewer';
import { Waiting } from '../../parts/waiting';
import type { EditedOverride } from './override';

const OverrideForm = lazy(async () => ({ default: (await import('./override-form')).OverrideForm }));

export function EditOverride(props: EditedOverride) {
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
