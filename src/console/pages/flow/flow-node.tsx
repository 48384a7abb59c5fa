import classes from './flow.module.css';
import { NODE, type PlacedNode } from './flow-layout';
import { NODE_KINDS } from './flow-words';
import type { PathStep } from './turn-path';

const NAME_LENGTH = 24; // characters that fit

interface FlowNodeProps {
  placed: PlacedNode;
  steps: readonly { number: number; step: PathStep }[];
  selected: boolean;
  /** Where Tab stops. */
  stop: boolean;
  onFocus(): void;
  onSelect(): void;
}

export function FlowNode({ placed: { node, x, y }, steps, selected, stop, onFocus, onSelect }: FlowNodeProps) {
  const failed = steps.some(({ step }) => step.failed);
  const numbers = steps.map(({ number }) => number).join(', ');
  const short = node.name.length > NAME_LENGTH ? `${node.name.slice(0, NAME_LENGTH - 1)}…` : node.name;
  const transform = `translate(${x - NODE.width / 2} ${y - NODE.height / 2})`;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no button in SVG */}
      <g
        role="button"
        aria-pressed={selected}
        aria-label={labelOf(NODE_KINDS[node.kind], node.name, numbers, failed)}
        tabIndex={stop ? 0 : -1}
        data-node={node.id}
        data-kind={node.kind}
        data-visited={steps.length > 0 || undefined}
        data-failed={failed || undefined}
        className={classes.node}
        transform={transform}
        onFocus={onFocus}
        onClick={onSelect}
      >
        <rect width={NODE.width} height={NODE.height} rx={8} className={classes.box} />
        <rect width={5} height={NODE.height - 16} x={5} y={8} rx={2.5} className={classes.stripe} />
      </g>
      {/* Beside the button, whose name says the same in full. */}
      <g aria-hidden className={classes.words} transform={transform}>
        <text x={18} y={22} className={classes.kind}>
          {NODE_KINDS[node.kind]}
        </text>
        <text x={18} y={42} className={classes.name}>
          {short}
        </text>
        {failed && (
          <text x={NODE.width - 8} y={22} textAnchor="end" className={classes.failed}>
            Failed
          </text>
        )}
        {numbers && (
          <g className={classes.number}>
            <rect x={NODE.width - 14 - 7 * numbers.length} y={-9} width={12 + 7 * numbers.length} height={20} rx={10} />
            <text x={NODE.width - 8 - 3.5 * numbers.length} y={5} textAnchor="middle">
              {numbers}
            </text>
          </g>
        )}
      </g>
    </>
  );
}

const labelOf = (kind: string, name: string, numbers: string, failed: boolean): string =>
  [`${kind}: ${name}`, numbers && `step ${numbers} of the turn`, failed && 'failed'].filter(Boolean).join(', ');
