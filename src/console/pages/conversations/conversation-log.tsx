import { Anchor, Button, Drawer, Stack } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { ConversationTurns, type ConversationTurnsProps } from './conversation-turns';

/** The log of a conversation beside the list. */
export function ConversationLog(props: ConversationTurnsProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => setOpen(true)}
        aria-label={`Read the conversation of ${props.user}`}
      >
        Read
      </Button>
      <Drawer
        opened={open}
        onClose={() => setOpen(false)}
        position="right"
        size="lg"
        title={`Conversation of ${props.user}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open && (
          <Stack>
            <Anchor component={Link} href={`/conversations/${encodeURIComponent(props.id)}`} size="sm">
              Open as a page, to send its address or to export it
            </Anchor>
            <ConversationTurns {...props} />
          </Stack>
        )}
      </Drawer>
    </>
  );
}
