import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { TurnPathQuery } from '../../api/.generated/graphql';
import { Moment } from '../../parts/moment';
import { addressOfTurn } from '../../parts/turn-address';
import type { TurnPath } from './turn-path';

interface PathSummaryProps {
  turn: NonNullable<TurnPathQuery['turn']>;
  path: TurnPath;
  dialogs: readonly { name: string }[];
  onPick(dialog: string): void;
}

/** Which turn is drawn, the dialogs that it went through in order, and the way back to it. */
export function PathSummary({ turn, path, dialogs, onPick }: PathSummaryProps) {
  const through = path.steps.map(({ dialog }) => dialog).filter((name, at, all) => name !== all[at - 1]);
  const gone = through.filter((name) => !dialogs.some((one) => one.name === name));
  return (
    <Alert variant="light" role="note">
      <Stack gap={6}>
        <Text size="sm">
          The way of a turn of <Moment at={turn.at} /> is drawn here.{' '}
          <Anchor component={Link} href={addressOfTurn(turn)} size="sm" underline="always">
            Back to the turn
          </Anchor>
        </Text>
        {through.length > 0 ? (
          <Group gap="xs" component="nav" aria-label="Dialogs of the turn">
            {through.map((name, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a turn may go through a dialog again
              <Button key={at} size="compact-sm" variant="default" onClick={() => onPick(name)}>
                {name}
              </Button>
            ))}
          </Group>
        ) : (
          <Text size="sm">It went through no dialog, or its trace does not say where.</Text>
        )}
        {gone.length > 0 && <Text size="sm">Not in this version: {[...new Set(gone)].join(', ')}.</Text>}
      </Stack>
    </Alert>
  );
}
