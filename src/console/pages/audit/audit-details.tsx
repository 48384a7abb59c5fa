import { Button, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { CodeBlock } from '../../parts/code-block';

/** Before and after, without secrets. */
export function AuditDetails({ action, details }: { action: string; details: unknown }) {
  const [open, setOpen] = useState(false);
  if (details === null || details === undefined) return <Text span>–</Text>;
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)} aria-label={`Details of ${action}`}>
        Details
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="lg"
        title={action}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <CodeBlock label="Details" value={details} what="details" />
      </Modal>
    </>
  );
}
