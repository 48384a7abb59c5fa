import { Button, Group, Text } from '@mantine/core';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import classes from './flow.module.css';
import { EdgeLine } from './flow-edge';
import { nodeBy } from './flow-keys';
import { layoutOf } from './flow-layout';
import { FlowNode } from './flow-node';
import type { Dialog } from './flow-query';
import type { PathStep } from './turn-path';
import { useDragging } from './use-dragging';

/** The heads of edges, by the id under which `EdgeLine` names them. */
const ARROWS = { 'flow-arrow': classes.arrow, 'flow-arrow-taken': classes.arrowTaken };
const ZOOM = { least: 0.2, most: 2, step: 1.25 };
const READABLE = 0.6; // a dialog is not made smaller than this to fit when it opens

interface FlowGraphProps {
  dialog: Dialog;
  /** What the turn did in this dialog, with its place among all steps of the turn, from 1. */
  steps: ReadonlyMap<string, readonly { number: number; step: PathStep }[]>;
  edgesTaken: ReadonlySet<string>;
  selected: string | null;
  onSelect(node: string): void;
}

/** A dialog as a graph: one stop of Tab, arrow keys from node to node, Enter for details, + and − for the size. */
export function FlowGraph({ dialog, steps, edgesTaken, selected, onSelect }: FlowGraphProps) {
  const layout = useMemo(() => layoutOf(dialog), [dialog]);
  const frame = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  const [focused, setFocused] = useState<string | null>(null);
  const dragging = useDragging(frame);
  const stop = focused ?? selected ?? layout.nodes[0]?.node.id ?? null;
  const scale = (to: number) => setZoom(Math.min(ZOOM.most, Math.max(ZOOM.least, to)));
  const whole = () => (frame.current ? (frame.current.clientWidth - 8) / Math.max(1, layout.width) : 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the size it opens with is found once for each dialog
  useEffect(() => {
    setFocused(null);
    setZoom(Math.min(1, Math.max(READABLE, whole())));
  }, [layout]);
  useEffect(() => {
    if (selected) nodeIn(frame.current, selected)?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '+' || event.key === '=') scale(zoom * ZOOM.step);
    else if (event.key === '-') scale(zoom / ZOOM.step);
    else if ((event.key === 'Enter' || event.key === ' ') && stop) onSelect(stop);
    else {
      const next = stop && nodeBy(event.key, stop, layout);
      if (!next) return;
      setFocused(next);
      nodeIn(frame.current, next)?.focus();
    }
    event.preventDefault();
  };

  return (
    <div>
      <Group gap="xs" mb="xs">
        <Button size="xs" variant="default" onClick={() => scale(zoom / ZOOM.step)}>
          Smaller
        </Button>
        <Button size="xs" variant="default" onClick={() => scale(zoom * ZOOM.step)}>
          Larger
        </Button>
        <Button size="xs" variant="default" onClick={() => scale(whole())}>
          Fit the width
        </Button>
        <Text size="xs" c="dimmed">
          {Math.round(zoom * 100)} %. Arrow keys lead from node to node, Enter shows details; drag to move.
        </Text>
      </Group>
      <div ref={frame} className={classes.frame} {...dragging}>
        {/* biome-ignore lint/a11y/useSemanticElements: a set of buttons, but no form */}
        <svg
          role="group"
          aria-label={`Flow of ${dialog.name}`}
          width={layout.width * zoom}
          height={layout.height * zoom}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          onKeyDown={onKeyDown}
        >
          <defs>
            {Object.entries(ARROWS).map(([id, look]) => (
              <marker
                key={id}
                id={id}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="10"
                markerHeight="10"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0 0L8 4L0 8z" className={look} />
              </marker>
            ))}
          </defs>
          {layout.edges.map((edge) => (
            <EdgeLine key={edge.key} edge={edge} taken={edgesTaken.has(edge.key)} />
          ))}
          {layout.ends.map(({ key, x, y }) => (
            <g key={key} aria-hidden className={classes.end}>
              <circle cx={x} cy={y} r={8} />
              <circle cx={x} cy={y} r={4} className={classes.endCore} />
            </g>
          ))}
          {layout.nodes.map((placed) => (
            <FlowNode
              key={placed.node.id}
              placed={placed}
              steps={steps.get(placed.node.id) ?? []}
              selected={placed.node.id === selected}
              stop={placed.node.id === stop}
              onFocus={() => setFocused(placed.node.id)}
              onSelect={() => onSelect(placed.node.id)}
            />
          ))}
        </svg>
      </div>
    </div>
  );
}

const nodeIn = (frame: HTMLElement | null, id: string): SVGGElement | undefined =>
  [...(frame?.querySelectorAll<SVGGElement>('[data-node]') ?? [])].find(({ dataset }) => dataset.node === id);
