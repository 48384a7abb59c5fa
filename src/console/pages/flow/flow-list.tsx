import { Anchor, Badge, Group, Text } from '@mantine/core';
import classes from './flow.module.css';
import type { Dialog } from './flow-query';
import { NODE_KINDS } from './flow-words';
import { Transitions } from './node-details';
import type { PathStep } from './turn-path';

interface FlowListProps {
  dialog: Dialog;
  steps: ReadonlyMap<string, readonly { number: number; step: PathStep }[]>;
  onSelect(node: string): void;
}

/** The same as the graph in words. */
export function FlowList({ dialog, steps, onSelect }: FlowListProps) {
  return (
    <ol className={classes.list} aria-label={`Nodes of ${dialog.name}`}>
      {dialog.nodes.map((node) => {
        const visits = steps.get(node.id) ?? [];
        return (
          <li key={node.id} data-visited={visits.length > 0 || undefined}>
            <Group gap="xs">
              <Anchor component="button" type="button" fw={600} size="sm" onClick={() => onSelect(node.id)}>
                {node.name}
              </Anchor>
              <Text size="sm" c="dimmed">
                {NODE_KINDS[node.kind]}
              </Text>
              {visits.length > 0 && (
                <Text size="sm">step {visits.map(({ number }) => number).join(', ')} of the turn</Text>
              )}
              {visits.some(({ step }) => step.failed) && (
                <Badge color="red" variant="outline">
                  Failed
                </Badge>
              )}
            </Group>
            <Transitions dialog={dialog} node={node} onSelect={onSelect} />
          </li>
        );
      })}
    </ol>
  );
}
