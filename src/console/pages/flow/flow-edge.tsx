import classes from './flow.module.css';
import type { PlacedEdge } from './flow-layout';

/** An edge with its condition. What it says stands in the details of its node, too, and in the list. */
export function EdgeLine({ edge, taken }: { edge: PlacedEdge; taken: boolean }) {
  const line = edge.points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return (
    <g aria-hidden className={classes.edge} data-taken={taken || undefined} data-inner={edge.inner || undefined}>
      <path d={line} markerEnd={taken ? 'url(#flow-arrow-taken)' : 'url(#flow-arrow)'} />
      {edge.label && (
        <text x={edge.label.x} y={edge.label.y + 4} textAnchor="middle">
          {edge.label.text}
        </text>
      )}
    </g>
  );
}
