import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';

const LIMIT = graphql(`
  query AttachmentLimit {
    maxAttachmentBytes
  }
`);

/** Files of one message; the hook takes no message with more. */
const MAX_FILES = 100;

interface FilePickerProps {
  files: readonly File[];
  onChange(files: readonly File[]): void;
}

/** The files that go with the next text. What the server would not take is told before anything is sent. */
export function FilePicker({ files, onChange }: FilePickerProps) {
  const { data } = useData(LIMIT, {});
  const [refused, setRefused] = useState<string[]>([]);
  const most = data?.maxAttachmentBytes ?? Number.POSITIVE_INFINITY;
  const add = (chosen: File[]) => {
    const all = chosen.map((file) => ({ file, fault: faultOf(file, most) }));
    const good = all.flatMap(({ file, fault }) => (fault === null ? [file] : []));
    const left = MAX_FILES - files.length;
    setRefused([
      ...all.flatMap(({ fault }) => fault ?? []),
      ...(good.length > left ? [`A message takes ${MAX_FILES} files; the others were left out.`] : []),
    ]);
    onChange([...files, ...good.slice(0, left)]);
  };
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <FileButton multiple onChange={add}>
          {(props) => (
            <Button {...props} size="xs" variant="default">
              Add files
            </Button>
          )}
        </FileButton>
        {data && (
          <Text size="sm" c="dimmed">
            Up to {MAX_FILES} of any type, each of up to {sizeOf(data.maxAttachmentBytes)}.
          </Text>
        )}
      </Group>
      <Stack gap={4} role="alert">
        {refused.map((fault) => (
          <Text key={fault} size="sm" c="var(--mantine-color-error)">
            {fault}
          </Text>
        ))}
      </Stack>
      {files.map((file, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name
        <Group key={at} gap="xs">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {file.name}, {sizeOf(file.size)}
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Remove ${file.name}`}
            onClick={() => onChange(files.filter((other) => other !== file))}
          >
            Remove
          </Button>
        </Group>
      ))}
    </Stack>
  );
}

/** Characters of a name; the hook takes no longer one. */
const MAX_NAME = 255;

function faultOf({ name, size }: File, most: number): string | null {
  if (size > most) return `“${name}” has ${sizeOf(size)}: a file may have up to ${sizeOf(most)}.`;
  return name.length > MAX_NAME
    ? `“${name}” has a name of more than ${MAX_NAME} characters: give it a shorter one.`
    : null;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

function sizeOf(bytes: number): string {
  const power = Math.min(bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const unit = UNITS[power] ?? 'byte';
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(
    bytes / 1024 ** power,
  );
}
