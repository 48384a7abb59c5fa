import { Anchor, Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import classes from './flow.module.css';
import type { Dialog, DialogNode } from './flow-query';
import { conditionWords, NODE_KINDS } from './flow-words';
import type { PathStep } from './turn-path';

interface NodeDetailsProps {
  dialog: Dialog;
  node: DialogNode;
  /** What the turn did here. */
  steps: readonly { number: number; step: PathStep }[];
  nameOfDialog(id: string): string | null;
  dialogPath(id: string): string;
  stepPath(step: PathStep): string;
  onSelect(node: string): void;
}

/** All that is known of a node: its kind, where it leads on which condition, and what the turn did at it. */
export function NodeDetails({ dialog, node, steps, nameOfDialog, dialogPath, stepPath, onSelect }: NodeDetailsProps) {
  const called = node.calls ? nameOfDialog(node.calls) : null;
  const around = dialog.nodes.find(({ id }) => id === node.within);
  return (
    <Paper withBorder p="md" component="section" aria-label={`Node ${node.name}`}>
      <Stack gap="xs">
        <Group gap="xs">
          <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
            {node.name}
          </Title>
          <Badge variant="default">{NODE_KINDS[node.kind]}</Badge>
          {steps.some(({ step }) => step.failed) && (
            <Badge color="red" variant="outline">
              Failed
            </Badge>
          )}
        </Group>
        {node.detail && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {node.detail}
          </Text>
        )}
        {around && <Text size="sm">Inside the bot action “{around.name}”.</Text>}
        {node.calls && called && (
          <Text size="sm">
            Runs{' '}
            <Anchor component={Link} href={dialogPath(node.calls)} underline="always">
              {called}
            </Anchor>
            .
          </Text>
        )}
        <Transitions dialog={dialog} node={node} onSelect={onSelect} />
        {steps.length > 0 && (
          <Group gap="sm">
            {steps.map(({ number, step }) => (
              <Anchor key={number} component={Link} href={stepPath(step)} size="sm">
                Step {number} of the turn
              </Anchor>
            ))}
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

interface TransitionsProps {
  dialog: Dialog;
  node: DialogNode;
  onSelect(node: string): void;
}

/** Where a node leads, first condition first. */
export function Transitions({ dialog, node, onSelect }: TransitionsProps) {
  const nameOf = (id: string) => dialog.nodes.find((one) => one.id === id)?.name ?? id;
  const ends = node.within ? 'the bot action ends' : 'the dialog ends';
  const ways = [
    ...(node.begins ? [{ to: node.begins, words: 'runs' }] : []),
    ...node.transitions.map(({ to, condition }) => ({
      to,
      words: conditionWords(condition, node.transitions.length === 1),
    })),
  ];
  if (ways.length === 0) return <Text size="sm">Then {ends}.</Text>;
  return (
    <ul className={classes.list}>
      {ways.map(({ to, words }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: edges of a stored dialog keep their order
        <li key={at}>
          <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
            {words} →{' '}
            {to ? (
              <Anchor component="button" type="button" size="sm" underline="always" onClick={() => onSelect(to)}>
                {nameOf(to)}
              </Anchor>
            ) : (
              ends
            )}
          </Text>
        </li>
      ))}
    </ul>
  );
}
