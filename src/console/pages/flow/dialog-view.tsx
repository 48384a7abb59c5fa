import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useData } from '../../api/use-data';
import { ProblemNotice } from '../../parts/problem-notice';
import { addressOfTurn } from '../../parts/turn-address';
import { Waiting } from '../../parts/waiting';
import { useBot } from '../bot/bot-context';
import { FlowGraph } from './flow-graph';
import { FlowList } from './flow-list';
import { DIALOG } from './flow-query';
import { NodeDetails } from './node-details';
import type { PathStep, TurnPath } from './turn-path';
import { useFlowAddress } from './use-flow-address';

/** Nodes of a dialog that is drawn when it opens; a larger one is listed until somebody asks for the graph. */
const DRAWN_AT_ONCE = 400;

interface DialogViewProps {
  dialogId: string;
  dialogs: readonly { id: string; name: string }[];
  path: TurnPath | null;
}

/** One dialog, as a graph or a list, with the details of the node that is picked. */
export function DialogView({ dialogId, dialogs, path }: DialogViewProps) {
  const bot = useBot();
  const { text, set, version } = useFlowAddress();
  const [isLargeDrawn, setLargeDrawn] = useState(false);
  const { data, problem, refresh } = useData(DIALOG, { id: bot.id, version, dialogId });
  const dialog = data?.bot?.dialogs[0];
  if (!dialog) return problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />;
  const steps = stepsIn(dialog.name, path);
  const node = dialog.nodes.find(({ id }) => id === text.node);
  const isLarge = dialog.nodes.length > DRAWN_AT_ONCE && !isLargeDrawn;
  const onSelect = (id: string) => set({ node: id, dialog: dialogId }, { replace: true });
  const others = new URLSearchParams(Object.entries(text).filter(([key]) => key !== 'dialog' && key !== 'node'));
  return (
    <Stack>
      {text.view === 'list' || isLarge ? (
        <>
          {isLarge && text.view !== 'list' && (
            <Text size="sm">
              This dialog has {dialog.nodes.length.toLocaleString()} nodes, which take a while to draw.{' '}
              <Button size="compact-sm" variant="default" onClick={() => setLargeDrawn(true)}>
                Draw them
              </Button>
            </Text>
          )}
          <FlowList dialog={dialog} steps={steps} onSelect={onSelect} />
        </>
      ) : (
        <FlowGraph
          dialog={dialog}
          steps={steps}
          edgesTaken={path?.edges.get(dialog.name) ?? NO_EDGES}
          selected={node?.id ?? null}
          onSelect={onSelect}
        />
      )}
      {node && (
        <NodeDetails
          dialog={dialog}
          node={node}
          steps={steps.get(node.id) ?? []}
          nameOfDialog={(id) => dialogs.find((one) => one.id === id)?.name ?? null}
          dialogPath={(id) => `/bots/${bot.id}/dialogs?${new URLSearchParams([...others, ['dialog', id]])}`}
          stepPath={({ entry }) => `${addressOfTurn({ traceId: text.trace ?? '', id: text.turn })}#step-${entry}`}
          onSelect={onSelect}
        />
      )}
    </Stack>
  );
}

const NO_EDGES: ReadonlySet<string> = new Set();

/** What a turn did in one dialog, by node, with the places of its steps in the whole turn. */
function stepsIn(dialog: string, path: TurnPath | null): Map<string, { number: number; step: PathStep }[]> {
  const found = new Map<string, { number: number; step: PathStep }[]>();
  for (const [at, step] of (path?.steps ?? []).entries()) {
    if (step.dialog !== dialog) continue;
    found.set(step.node, [...(found.get(step.node) ?? []), { number: at + 1, step }]);
  }
  return found;
}
