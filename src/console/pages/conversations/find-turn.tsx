import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';

/** Goes to the turn of a trace id, as hooks, callbacks and logs name it. */
export function FindTurn() {
  const [, navigate] = useLocation();
  const [traceId, setTraceId] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (traceId.trim() !== '') navigate(`/turns/${encodeURIComponent(traceId.trim())}`);
      }}
    >
      <Group gap="xs" wrap="nowrap">
        <TextInput
          aria-label="Trace id"
          placeholder="Trace id: RTM-TRACE-…"
          value={traceId}
          onChange={(event) => setTraceId(event.currentTarget.value)}
        />
        <Button type="submit" variant="default">
          Find turn
        </Button>
      </Group>
    </form>
  );
}
