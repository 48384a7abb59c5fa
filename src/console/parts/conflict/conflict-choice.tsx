import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Conflict } from '../../api/problem';
import { Moment } from '../moment';
import { Waiting } from '../waiting';

const DiffTable = lazy(async () => ({ default: (await import('../review/diff-table')).DiffTable }));

interface ConflictChoiceProps {
  conflict: Conflict;
  /** What a field is called on the screen. */
  nameOf(field: string): string;
  /** What the viewer wrote there. */
  mineOf(field: string): unknown;
  /** Saves it over theirs. */
  onMine(): void;
  /** Drops what the viewer wrote. */
  onTheirs(): void;
  /** Goes on writing, knowing theirs. */
  onEdit(): void;
}

/** Somebody else changed the same: both texts, and the choice. */
export function ConflictChoice({ conflict, nameOf, mineOf, onMine, onTheirs, onEdit }: ConflictChoiceProps) {
  const { changed, by, at } = conflict;
  const who = by ?? 'Somebody';
  return (
    <Alert role="alert" color="yellow" variant="outline" title={`${who} changed the same, and yours is not saved`}>
      <Stack gap="sm">
        {at && (
          <Text size="sm">
            Theirs was saved <Moment at={at} />.
          </Text>
        )}
        {changed.map(({ field, current, secret }) => (
          <Stack key={field} gap={4}>
            <Text size="sm" fw={600}>
              {nameOf(field)}
            </Text>
            {secret ? (
              <Text size="sm">
                Changed by {who} {at && <Moment at={at} />}. It is a secret: neither theirs nor yours is shown.
              </Text>
            ) : (
              <Suspense fallback={<Waiting />}>
                <DiffTable
                  label={`${nameOf(field)}: theirs and mine`}
                  before={readable(current)}
                  after={readable(mineOf(field))}
                  heads={['Theirs', 'Mine']}
                />
              </Suspense>
            )}
          </Stack>
        ))}
        <Group gap="xs">
          <Button size="xs" onClick={onMine}>
            Save mine
          </Button>
          <Button size="xs" variant="default" onClick={onTheirs}>
            Take theirs
          </Button>
          <Button size="xs" variant="default" onClick={onEdit}>
            Edit mine
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

/** A value as one reads it; contents as what they say, one after the other. */
function readable(value: unknown): string {
  if (value === null || value === undefined || value === '') return '(nothing)';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null && 'value' in one)) {
    return value.length === 0 ? '(nothing)' : value.map((one) => String(one.value)).join('\n—\n');
  }
  return JSON.stringify(value, null, 2);
}
