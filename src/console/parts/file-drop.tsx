import { ArrowUpTrayIcon } from '@heroicons/react/24/outline';
import { Button, FileButton, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';

interface FileDropProps {
  label: string;
  hint: string;
  accept: string;
  onFiles(files: File[]): void;
}

/** A place to drop files on; by keyboard, the button in it does the same. */
export function FileDrop({ label, hint, accept, onFiles }: FileDropProps) {
  const [over, setOver] = useState(false);
  return (
    <Paper
      withBorder
      p="xl"
      style={{
        borderStyle: 'dashed',
        borderWidth: 2,
        ...(over ? { borderColor: 'var(--mantine-primary-color-filled)' } : {}),
      }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <Stack align="center" gap="xs">
        <ArrowUpTrayIcon width={32} aria-hidden />
        <Text fw={600}>{label}</Text>
        <Text size="sm" c="dimmed" ta="center">
          {hint}
        </Text>
        <FileButton multiple accept={accept} onChange={onFiles}>
          {(props) => (
            <Button {...props} variant="default">
              Choose files
            </Button>
          )}
        </FileButton>
      </Stack>
    </Paper>
  );
}
